import type { Value } from "@heliosdb/client";
import { useMutation } from "@tanstack/react-query";
import { Download, Square } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "../../parts/button.js";
import { ErrorNote } from "../../parts/error-note.js";
import { Menu } from "../../parts/menu.js";
import { useClient } from "../../session/session.js";
import { download } from "../../util/download.js";
import { counted } from "../../util/text.js";
import { exportRows, FORMATS, type Format } from "./export-rows.js";

interface ExportButtonProps {
  readonly sql: string;
  readonly params: readonly Value[];
  readonly branch: string;
  readonly at: string | undefined;
}

/** The whole result as a file; the query runs again, and its rows are streamed. */
export function ExportButton({ sql, params, branch, at }: ExportButtonProps) {
  const client = useClient();
  const controller = useRef<AbortController | null>(null);
  const [rows, setRows] = useState(0);
  const work = useMutation({
    mutationFn: async (format: Format) => {
      controller.current = new AbortController();
      setRows(0);
      const { signal } = controller.current;
      const content = await exportRows(client, { branch, at, sql, params, format, signal, onRows: setRows });
      download(content, `${branch}.${format.toLowerCase()}`);
    },
  });
  if (work.isPending) {
    return (
      <Button className="button-small" icon={<Square size={12} />} onClick={() => controller.current?.abort()}>
        Stop at {counted(rows, "row")}
      </Button>
    );
  }
  return (
    <>
      {work.error && !controller.current?.signal.aborted && <ErrorNote error={work.error} />}
      <Menu
        trigger={
          <Button className="button-small" icon={<Download size={13} />}>
            Export
          </Button>
        }
        items={FORMATS.map((format) => ({ label: format, onSelect: () => work.mutate(format) }))}
      />
    </>
  );
}
