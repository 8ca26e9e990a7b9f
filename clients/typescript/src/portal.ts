/**
 * The portal for one platform. Operations are called by method and path, as the API's description names them:
 * `await portal.post("/payouts", { body })`.
 *
 * Every request that changes something carries an Idempotency-Key: the caller's, or a new one. Name one of your own where
 * your program may begin again and must find the request of its earlier life, such as the id of the order that is paid.
 */

import createClient, { type Client, type RequestOptions } from "openapi-fetch";
import { VERSION } from "./generated/facts.js";
import type { components, paths } from "./generated/schema.js";
import { PortalError, Unreachable, problemOf } from "./problems.js";
import { ORDINARY, repeating, type Retries } from "./retries.js";

type Method = "get" | "post" | "patch";

/** A type of the API by its name there: `Schema<"Payout">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** The paths that take a method. */
export type PathWith<M extends Method> = {
  [Path in keyof paths]: paths[Path] extends Record<M, { responses: unknown }> ? Path : never;
}[keyof paths];

/** What an operation answers. */
export type Answer<M extends Method, Path extends keyof paths> = paths[Path][M] extends { responses: infer Responses }
  ? Responses[keyof Responses] extends { content: { "application/json": infer Document } }
    ? Document
    : never
  : never;

type WithFile<Asked> = Asked extends { body: string }
  ? Omit<Asked, "body"> & { body: string | Blob | Uint8Array<ArrayBuffer> }
  : Asked;

/** What an operation takes: `params` with `path`, `query` and `header`, and `body`. */
export type Options<M extends Method, Path extends keyof paths> = WithFile<
  Pick<RequestOptions<paths[Path][M]>, keyof RequestOptions<paths[Path][M]> & ("params" | "body")>
> & { signal?: AbortSignal } & (M extends "get" ? unknown : { idempotencyKey?: string });

type Optional<Asked> = object extends Asked ? [options?: Asked] : [options: Asked];

export interface PortalOptions {
  /** The platform's key; it stands in a header and nowhere else. */
  key: string;
  /** Ends in `/api/v1`. */
  api: string;
  retries?: Partial<Retries>;
  /** For one try. */
  timeoutSeconds?: number;
  /** In place of the global one, such as for a proxy. */
  fetch?: typeof fetch;
}

export class Portal {
  readonly #client: Client<paths>;

  constructor({ key, api, retries, timeoutSeconds = 30, fetch: fetchOnce = fetch }: PortalOptions) {
    this.#client = createClient<paths>({
      baseUrl: api,
      redirect: "error", // a redirected POST would become a GET
      headers: { Authorization: `Bearer ${key}`, "Payouts-Version": VERSION },
      fetch: repeating(fetchOnce, { ...ORDINARY, ...retries }, timeoutSeconds),
      bodySerializer: (body: unknown) => (isFile(body) ? body : JSON.stringify(body)),
    });
  }

  /** @throws PortalError if there is no answer of success. */
  get<Path extends PathWith<"get">>(path: Path, ...[options]: Optional<Options<"get", Path>>): Promise<Answer<"get", Path>> {
    return this.#call("get", path, options);
  }

  /** @throws PortalError if there is no answer of success. */
  post<Path extends PathWith<"post">>(
    path: Path,
    ...[options]: Optional<Options<"post", Path>>
  ): Promise<Answer<"post", Path>> {
    return this.#call("post", path, options);
  }

  /** @throws PortalError if there is no answer of success. */
  patch<Path extends PathWith<"patch">>(
    path: Path,
    ...[options]: Optional<Options<"patch", Path>>
  ): Promise<Answer<"patch", Path>> {
    return this.#call("patch", path, options);
  }

  async #call<Document>(
    method: Method,
    path: string,
    { idempotencyKey, ...options }: { idempotencyKey?: string; signal?: AbortSignal } = {},
  ): Promise<Document> {
    const key = method === "get" ? undefined : (idempotencyKey ?? crypto.randomUUID());
    const request = this.#client.request as (...asked: unknown[]) => Promise<{ data?: object; error?: unknown; response: Response }>;
    let refusal: PortalError;
    try {
      const { data, error, response } = await request(method, path, { ...options, headers: { "Idempotency-Key": key } });
      if (response.ok) {
        const etag = response.headers.get("ETag");
        return (etag ? { ...data, etag } : data) as Document;
      }
      refusal = problemOf(response, error);
    } catch (cause) {
      if (options.signal?.aborted) throw cause;
      refusal = new Unreachable(`${method.toUpperCase()} ${path} gave no answer.`, { cause });
    }
    refusal.idempotencyKey = key;
    throw refusal;
  }
}

function isFile(body: unknown): boolean {
  return typeof body === "string" || body instanceof Blob || body instanceof Uint8Array;
}
