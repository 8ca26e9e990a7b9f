/**
 * Refusals as errors: what the portal says in a problem (RFC 9457), and having no answer at all.
 *
 * Decide by `type` and by the `code` of each fault; `title` and `detail` are for people.
 */

import type { components } from "./generated/schema.js";

export type Fault = components["schemas"]["Fault"];

/**
 * There is no answer of success.
 *
 * `idempotencyKey` is the one the request was sent with, if it was one that changes something: who repeats the request with
 * it can be sure that it happens once.
 */
export class PortalError extends Error {
  idempotencyKey: string | undefined;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** There was no answer, so the request may or may not have been carried out. */
export class Unreachable extends PortalError {}

/**
 * The portal refused, and nothing of the request was kept; from status 500 on it may have been carried out.
 *
 * `type` is such as `/problems/validation-failed`; `errors` names every fault with its `pointer` into the body or its
 * `parameter`; `retryAfter` is in seconds.
 */
export class ProblemError extends PortalError {
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: Fault[];
  readonly requestId: string | undefined;

  constructor(
    readonly status: number,
    readonly problem: Record<string, unknown>,
    readonly retryAfter?: number,
  ) {
    const title = text(problem["title"]) ?? `HTTP status ${status}`;
    const detail = text(problem["detail"]) ?? title;
    const errors = faults(problem["errors"]);
    const places = errors.map((fault) => `\n  ${fault.pointer ?? fault.parameter ?? ""} ${fault.detail}`);
    super(`${status} ${detail}${places.join("")}`);
    this.type = text(problem["type"]) ?? "about:blank";
    this.title = title;
    this.detail = detail;
    this.errors = errors;
    this.requestId = text(problem["request_id"]);
  }
}

/** 401: the key is not in force. */
export class Unauthenticated extends ProblemError {}

/** 403: the key lacks a scope, or may not be used from here. */
export class Forbidden extends ProblemError {}

/** 404: there is nothing of yours with this id. */
export class NotFound extends ProblemError {}

/** 409: the request contradicts what is there; read it again and decide anew. */
export class Conflict extends ProblemError {}

/** 412: it was changed since it was read; read it again. */
export class StaleRevision extends ProblemError {}

/** 422: the request has faults; `errors` names all of them. */
export class ValidationFailed extends ProblemError {}

/** 429: the key has called too often; `retryAfter` says when it may again. */
export class TooManyRequests extends ProblemError {}

const BY_STATUS: Record<number, typeof ProblemError> = {
  401: Unauthenticated,
  403: Forbidden,
  404: NotFound,
  409: Conflict,
  412: StaleRevision,
  422: ValidationFailed,
  429: TooManyRequests,
};

/** Return the error that an answer stands for, also if something between here and the portal gave it. */
export function problemOf(answer: Response, document: unknown): ProblemError {
  const problem = typeof document === "object" && document !== null ? (document as Record<string, unknown>) : {};
  return new (BY_STATUS[answer.status] ?? ProblemError)(answer.status, problem, secondsOf(answer));
}

/** Return how long the answer asks to wait, or undefined. */
export function secondsOf(answer: Response): number | undefined {
  const said = answer.headers.get("Retry-After") ?? "";
  return /^[0-9]+$/.test(said) ? Number(said) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function faults(value: unknown): Fault[] {
  return Array.isArray(value) ? value.filter((one) => typeof one?.code === "string" && typeof one.detail === "string") : [];
}
