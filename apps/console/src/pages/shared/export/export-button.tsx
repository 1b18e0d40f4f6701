import { useMutation } from "@tanstack/react-query";
import { Download, Square } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "../../../parts/button.js";
import { ErrorNote } from "../../../parts/error-note.js";
import { Menu } from "../../../parts/menu.js";
import { download } from "../../../util/download.js";
import { counted } from "../../../util/text.js";
import { exportRows, FORMATS, type Format, type RowSource } from "./export-rows.js";

interface ExportButtonProps {
  /** Of the file, without its ending. */
  readonly name: string;
  /** One row is an entry, or just a row. */
  readonly unit?: readonly [one: string, many: string];
  readonly small?: boolean;
  readonly open: (signal: AbortSignal) => Promise<RowSource>;
}

/** All of it as a file; it is read again, and streamed. */
export function ExportButton({ name, unit = ["row", "rows"], small = false, open }: ExportButtonProps) {
  const controller = useRef<AbortController | null>(null);
  const [rows, setRows] = useState(0);
  const work = useMutation({
    mutationFn: async (format: Format) => {
      controller.current = new AbortController();
      setRows(0);
      const source = await open(controller.current.signal);
      download(await exportRows(source, format, setRows), `${name}.${format.toLowerCase()}`);
    },
  });
  const className = small ? "button-small" : "";
  if (work.isPending) {
    return (
      <Button className={className} icon={<Square size={12} />} onClick={() => controller.current?.abort()}>
        Stop at {counted(rows, ...unit)}
      </Button>
    );
  }
  return (
    <>
      {work.error && !controller.current?.signal.aborted && <ErrorNote error={work.error} />}
      <Menu
        trigger={
          <Button className={className} icon={<Download size={small ? 13 : 15} />}>
            Export
          </Button>
        }
        items={FORMATS.map((format) => ({ label: format, onSelect: () => work.mutate(format) }))}
      />
    </>
  );
}
