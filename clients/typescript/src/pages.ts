/** Lists, from their first row to their last, page by page. */

import type { paths } from "./generated/schema.js";
import type { Answer, Options, PathWith, Portal } from "./portal.js";

interface Page<Row> {
  data: Row[];
  has_more: boolean;
  next_cursor: string | null;
}

/** The paths whose lists have a cursor. */
export type ListPath = {
  [Path in PathWith<"get">]: Answer<"get", Path> extends Page<unknown> ? Path : never;
}[PathWith<"get">];

/** What a list has rows of. */
export type Row<Path extends keyof paths> = Answer<"get", Path> extends Page<infer One> ? One : never;

type Asked = { params?: { query?: object } } | undefined;

/**
 * Yield the rows of a list, whatever its length: `for await (const payout of each(portal, "/payouts"))`.
 *
 * The next page is read when its first row is asked for. `limit` is the size of a page.
 *
 * @throws PortalError as `portal.get` does.
 */
export async function* each<Path extends ListPath>(
  portal: Portal,
  path: Path,
  ...[options]: object extends Options<"get", Path> ? [options?: Options<"get", Path>] : [options: Options<"get", Path>]
): AsyncGenerator<Row<Path>, void, undefined> {
  const read = portal.get.bind(portal) as unknown as (path: Path, options: Asked) => Promise<Page<Row<Path>>>;
  const asked = options as Asked;
  let page = await read(path, asked);
  yield* page.data;
  while (page.has_more) {
    const query = { ...asked?.params?.query, cursor: page.next_cursor };
    page = await read(path, { ...asked, params: { ...asked?.params, query } });
    yield* page.data;
  }
}
