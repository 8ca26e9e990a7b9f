/** The API of the Payouts Portal, typed. */

export type { components, operations, paths } from "./generated/schema.js";
export { VERSION } from "./generated/facts.js";
export { amountOf, minorUnits } from "./money.js";
export { each, type ListPath, type Row } from "./pages.js";
export { Portal, type Answer, type Options, type PathWith, type PortalOptions, type Schema } from "./portal.js";
export {
  Conflict,
  Forbidden,
  NotFound,
  PortalError,
  ProblemError,
  StaleRevision,
  TooManyRequests,
  Unauthenticated,
  Unreachable,
  ValidationFailed,
  type Fault,
} from "./problems.js";
export { ORDINARY, type Retries } from "./retries.js";
export { NotGenuine, verify } from "./webhooks.js";
