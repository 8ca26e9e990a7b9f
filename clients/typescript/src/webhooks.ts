/** Webhooks: whether a message is the portal's (Standard Webhooks 1.0, symmetric), and which event it tells of. */

import type { Schema } from "./portal.js";

const TOLERANCE_SECONDS = 300;
const HMAC = { name: "HMAC", hash: "SHA-256" };

/** The message is not the portal's, was changed, or is too old to be believed. Answer 400 and do nothing else. */
export class NotGenuine extends Error {
  override name = "NotGenuine";
}

type HeadersOfMessage = Headers | Record<string, string | string[] | undefined>;

/**
 * Return the event of a genuine message.
 *
 * `body` is the bytes as they came, before anything reads them as JSON. `secrets` is the endpoint's secret, or the former and
 * the new one while it is being replaced. `now` is in seconds. The same event may come twice: know it by its `id`.
 *
 * @throws NotGenuine if no secret fits, or the message was signed longer ago, or later, than `toleranceSeconds`.
 */
export async function verify(
  body: Uint8Array | string,
  headers: HeadersOfMessage,
  secrets: string | readonly string[],
  { toleranceSeconds = TOLERANCE_SECONDS, now = Date.now() / 1000 } = {},
): Promise<Schema<"EventMessage">> {
  const [id, signedAt, signatures] = ["id", "timestamp", "signature"].map((part) => header(headers, `webhook-${part}`));
  if (!id || !signedAt || !signatures || !/^[0-9]+$/.test(signedAt)) {
    throw new NotGenuine("The headers of a webhook are missing.");
  }
  if (Math.abs(now - Number(signedAt)) > toleranceSeconds) throw new NotGenuine("It was signed at another time.");
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : new Uint8Array(body);
  const signed = await new Blob([`${id}.${signedAt}.`, bytes]).arrayBuffer();
  const sent = signatures.split(" ").flatMap((one) => (one.startsWith("v1,") ? [bytesOf(one.slice(3))] : []));
  for (const secret of typeof secrets === "string" ? [secrets] : secrets) {
    const raw = bytesOf(secret.replace(/^whsec_/, ""));
    if (!raw?.length) throw new TypeError("A secret is whsec_ and base64.");
    const key = await crypto.subtle.importKey("raw", raw, HMAC, false, ["verify"]);
    for (const signature of sent) {
      // Compares in constant time.
      if (signature && (await crypto.subtle.verify(HMAC, key, signature, signed))) return event(bytes);
    }
  }
  throw new NotGenuine("No signature is made with the secret.");
}

function event(body: Uint8Array): Schema<"EventMessage"> {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)) as Schema<"EventMessage">;
  } catch {
    throw new NotGenuine("It tells of no event.");
  }
}

function header(headers: HeadersOfMessage, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const found = Object.entries(headers).find(([one]) => one.toLowerCase() === name)?.[1];
  return typeof found === "string" ? found : undefined;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
