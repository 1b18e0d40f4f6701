import type { JsonRowForm } from "@heliosdb/port";
import type { ErrorReport } from "../../../errors/api-error.js";
import type {
  InputDefaults,
  PresentedError,
  PresentedResult,
  ResponseFormat,
  ResponseMeta,
  RowFormat,
} from "../../../http/surface/response-format.js";
import type { Dialect } from "../dialect/dialects.js";
import { errorStatus } from "../dialect/error-status.js";
import type { AnyOperation } from "../operation/operation.js";
import { PRESENTERS, viewIn } from "./presenters.js";

/** A dialect under one of its media types. */
export class V1Format implements ResponseFormat {
  readonly rowForm: JsonRowForm;
  readonly rows: RowFormat | null;

  /** @param rowsType media type of streamed rows, if requested; `contentType` is then that of errors */
  constructor(
    readonly dialect: Dialect,
    readonly contentType: string,
    rowsType: string | null,
  ) {
    this.rowForm = PRESENTERS[dialect].stream.rows;
    this.rows = rowsType === null ? null : rowFormat(dialect, rowsType);
  }

  defaults({ dialectDefaults, dialectBodyDefaults }: AnyOperation): InputDefaults {
    return { query: dialectDefaults[this.dialect], body: dialectBodyDefaults[this.dialect] };
  }

  result({ view }: AnyOperation, result: unknown, meta: ResponseMeta): PresentedResult {
    const { status, present } = viewIn(this.dialect, view!);
    return { status, body: present(result as never, meta) };
  }

  error(report: ErrorReport, operation: AnyOperation | undefined, meta: ResponseMeta): PresentedError {
    const status = errorStatus(report.code, this.dialect, operation?.onBranchItself ?? false);
    return {
      status,
      headers: status === 401 ? { "www-authenticate": "Bearer" } : {},
      body: PRESENTERS[this.dialect].error(report, status, meta),
    };
  }
}

function rowFormat(dialect: Dialect, contentType: string): RowFormat {
  const { first, rows, last } = PRESENTERS[dialect].stream;
  return { contentType, form: rows, first: first.present, last: last.present };
}
