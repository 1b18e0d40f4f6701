import { ERROR_CODES } from "../../../../errors/error-table.js";
import { named, word } from "../../../../schema/index.js";

export const errorCode = named("ErrorCode", word(ERROR_CODES));
