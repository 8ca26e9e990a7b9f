/** When a request is repeated, and after how long. A repetition carries the same Idempotency-Key, so nothing happens twice. */

import { secondsOf } from "./problems.js";

/**
 * How often and how patiently: `most` repetitions, the first after about `firstSeconds`, each after about twice as long as
 * the one before, none after more than `longestSeconds`. Where the portal names a time, that counts; if it is longer than
 * `longestSeconds`, the error is thrown at once. `most: 0` repeats nothing.
 */
export interface Retries {
  most: number;
  firstSeconds: number;
  longestSeconds: number;
}

export const ORDINARY: Retries = { most: 5, firstSeconds: 0.5, longestSeconds: 30 };

/** Return a fetch that repeats a request as long as `retries` says, each try within so many seconds. */
export function repeating(
  fetchOnce: typeof fetch,
  retries: Retries,
  timeoutSeconds: number,
): (request: Request) => Promise<Response> {
  return async (request) => {
    for (let repeated = 0; ; repeated++) {
      let answer: Response | undefined;
      let broken: unknown;
      try {
        const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutSeconds * 1000)]);
        answer = await fetchOnce(request.clone(), { signal });
      } catch (error) {
        if (request.signal.aborted) throw error; // the caller wants no answer any more
        broken = error;
      }
      const seconds = pause(retries, repeated, answer);
      if (seconds === undefined) {
        if (answer) return answer;
        throw broken;
      }
      await answer?.body?.cancel();
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  };
}

/** Return the seconds until the next repetition, or undefined: it is for the caller. */
function pause(retries: Retries, repeated: number, answer: Response | undefined): number | undefined {
  if (repeated >= retries.most || (answer && !isWorthRepeating(answer))) return undefined;
  const named = answer && secondsOf(answer);
  if (named !== undefined) return named <= retries.longestSeconds ? named : undefined;
  const longest = Math.min(retries.longestSeconds, retries.firstSeconds * 2 ** repeated);
  return longest / 2 + (Math.random() * longest) / 2;
}

/** Tell whether the same request may have another answer later: at 429, at 5xx, and at 409 if it says when. */
function isWorthRepeating(answer: Response): boolean {
  const { status } = answer;
  return status === 429 || status >= 500 || (status === 409 && secondsOf(answer) !== undefined);
}
