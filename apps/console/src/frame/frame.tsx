import { Outlet } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { Palette } from "../palette/palette.js";
import { useBranches } from "../session/queries.js";
import { useLive } from "../session/use-live.js";
import { useCurrentBranch } from "./current-branch.js";
import { Sidebar } from "./sidebar.js";

/** What stays around every page. */
export function Frame() {
  useLive();
  const { data } = useBranches();
  const branch = useCurrentBranch(data?.branches);
  const content = useRef<HTMLElement>(null);
  const [isPaletteOpen, setPaletteOpen] = useState(false);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setPaletteOpen((open) => !open);
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  return (
    <div className="frame">
      <Sidebar branch={branch} onSearch={() => setPaletteOpen(true)} onSkip={() => content.current?.focus()} />
      <main ref={content} className="content" tabIndex={-1}>
        <Outlet />
      </main>
      {isPaletteOpen && (
        <Palette branch={branch} branches={data?.branches ?? []} onClose={() => setPaletteOpen(false)} />
      )}
    </div>
  );
}
