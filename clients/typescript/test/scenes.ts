/** What the tests have this client do; each scene prints what came of it as JSON. */

import {
  PortalError,
  Portal,
  ProblemError,
  amountOf,
  each,
  minorUnits,
  verify,
  type Schema,
} from "../src/index.js";

declare const process: { argv: string[]; env: Record<string, string | undefined> };

const { PAYOUTS_API: api = "", PAYOUTS_KEY: key = "", INPUT: input = "null" } = process.env;
const portal = new Portal({ api, key, retries: { most: 5, firstSeconds: 0.01 } });
const method: Schema<"NewMethod"> = { type: "iban", iban: "DE75512108001245126199" };

function aPayout(reference: string, amount = "12.50"): Schema<"NewPayout"> {
  const recipient = { kind: "individual" as const, name: "Ada Quill", country: "DE", method };
  return { recipient, amount, currency: "EUR", reference };
}

async function refusal(asked: Promise<unknown>) {
  try {
    return { answered: await asked };
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    const facts = error instanceof ProblemError ? { type: error.type, errors: error.errors, wait: error.retryAfter } : {};
    return { name: error.name, key: error.idempotencyKey, text: error.message, ...facts };
  }
}

const scenes: Record<string, () => Promise<unknown>> = {
  async everyday() {
    const made = [];
    for (const number of [1, 2, 3]) made.push(await portal.post("/payouts", { body: aPayout(`INV-${number}`) }));
    const listed = [];
    for await (const payout of each(portal, "/payouts", { params: { query: { limit: 2 } } })) listed.push(payout.id);
    const [first] = made;
    const id = first!.id;
    const path = { id };
    const events = [];
    for await (const event of each(portal, "/payouts/{id}/events", { params: { path, query: { limit: 1 } } })) {
      events.push(event.type);
    }
    const read = await portal.get("/payouts/{id}", { params: { path } });
    return { made: made.map((payout) => payout.id), listed, events, status: read.status, amount: minorUnits(read.amount, read.currency) };
  },

  async edits() {
    const body = { kind: "individual" as const, name: "Ada Quill", country: "DE" };
    const { id, etag = "" } = await portal.post("/recipients", { body });
    const params = { path: { id }, header: { "If-Match": etag } };
    const changed = await portal.patch("/recipients/{id}", { params, body: { email: "ada@example.test" } });
    const stale = await refusal(portal.patch("/recipients/{id}", { params, body: { name: "B" } }));
    const plan = await portal.post("/batch-plans", {
      params: { query: { reference: "November" }, header: { "Content-Type": "text/csv" } },
      body: new TextEncoder().encode("reference,amount\nA,1.00\n"),
    });
    return { email: changed.email, stale, plan: [plan.status, plan.format, plan.size] };
  },

  async refusals() {
    const faulty = portal.post("/payouts", { body: aPayout("INV-1", "1.234"), idempotencyKey: "k-1" });
    const stranger = new Portal({ api, key: "pp_sandbox_wrong" });
    return {
      faulty: await refusal(faulty),
      missing: await refusal(portal.get("/payouts/{id}", { params: { path: { id: "po_0" } } })),
      stranger: await refusal(stranger.get("/balances")),
    };
  },

  /** A payout, and then what the road holds ready. */
  async payout() {
    const patience = new Portal({ api, key, retries: { most: 5, firstSeconds: 0.01, longestSeconds: 5 } });
    return refusal(patience.post("/payouts", { body: aPayout(JSON.parse(input) as string) }).then(({ id }) => id));
  },

  async abandoned() {
    const signal = AbortSignal.abort();
    return portal.get("/balances", { signal }).catch((error: Error) => error.name);
  },

  async webhooks() {
    const cases = JSON.parse(input) as { body: string; headers: Record<string, string>; secrets: string[] }[];
    return Promise.all(cases.map(({ body, headers, secrets }) => verify(body, headers, secrets).then((event) => event.id, (error: Error) => error.name)));
  },

  async money() {
    const cases = JSON.parse(input) as [string, string, number][];
    return cases.map(([text, currency, units]) => minorUnits(text, currency) === units && amountOf(units, currency) === text);
  },
};

/** Never called: what the compiler has to refuse. */
export async function wrong() {
  // @ts-expect-error there is no such path
  await portal.get("/payout");
  // @ts-expect-error a body is needed
  await portal.post("/payouts");
  // @ts-expect-error amounts are text
  await portal.post("/payouts", { body: { ...aPayout("A"), amount: 12.5 } });
  // @ts-expect-error a list without cursor has no pages
  for await (const _ of each(portal, "/balances"));
  // @ts-expect-error there is no such status
  await portal.get("/payouts", { params: { query: { status: "payed" } } });
}

console.log(JSON.stringify(await scenes[process.argv[2] ?? ""]?.()));
