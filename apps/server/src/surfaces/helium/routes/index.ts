import type { DescribedOperation } from "../../../http/surface/described-operation.js";
import * as schemas from "./schemas/schemas.operations.js";
import * as session from "./session/session.operations.js";

export const OPERATIONS = [...Object.values(session), ...Object.values(schemas)] as readonly DescribedOperation[];
