import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
  completionStatus,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, placeholder } from "@codemirror/view";
import type { Table } from "@heliosdb/client";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import { sqlWith } from "./completion.js";

export interface Selection {
  readonly from: number;
  readonly to: number;
}

interface EditorProps {
  readonly text: string;
  readonly tables: readonly Table[];
  readonly onChange: (text: string) => void;
  readonly onSelect: (selection: Selection) => void;
  readonly onRun: () => void;
}

const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--syntax-keyword)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--syntax-text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--syntax-number)" },
  { tag: tags.comment, color: "var(--syntax-comment)", fontStyle: "italic" },
  { tag: [tags.typeName, tags.standard(tags.name)], color: "var(--syntax-name)" },
]);

const LOOKS = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", fontSize: "13px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--accent)" },
  ".cm-gutters": { borderRight: "1px solid var(--line)", background: "var(--sunk)", color: "var(--soft)" },
  ".cm-activeLine, .cm-activeLineGutter": { background: "color-mix(in srgb, var(--sun) 10%, transparent)" },
  ".cm-cursor": { borderLeft: "2px solid var(--accent)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--sun) 32%, transparent)",
  },
  ".cm-placeholder": { color: "var(--soft)" },
  "&.cm-focused .cm-matchingBracket": { background: "var(--accent-tint)", outline: "1px solid var(--line-strong)" },
  ".cm-tooltip": {
    border: "1px solid var(--line)",
    borderRadius: "8px",
    background: "var(--panel)",
    color: "var(--ink)",
    boxShadow: "var(--shadow-high)",
    overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "2px 10px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--accent-tint)", color: "var(--accent)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
});

/**
 * What is typed over a selection. The browser would give it the looks of what was there by an inline style, which the
 * policy of the page forbids.
 */
const TYPED_OVER = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { data } = event;
    const { from, to, empty } = view.state.selection.main;
    if (event.inputType !== "insertText" || !data || empty || view.composing) return false;
    const insert = () => view.state.update(view.state.replaceSelection(data), { userEvent: "input.type" });
    if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, data, insert))) {
      view.dispatch(insert());
    }
    event.preventDefault();
    return true;
  },
});

/** SQL with the names of a branch's tables and columns. Ctrl-Enter runs. */
export function Editor({ text, tables, onChange, onSelect, onRun }: EditorProps) {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const language = useRef(new Compartment());
  const handlers = useRef({ onChange, onSelect, onRun });
  handlers.current = { onChange, onSelect, onRun };
  const initial = useRef(text);

  useEffect(() => {
    if (!parent.current) return;
    const run = () => {
      handlers.current.onRun();
      return true;
    };
    // The policy of the page allows no styles but its own files: in a shadow tree CodeMirror adopts style sheets instead.
    const root = parent.current.shadowRoot ?? parent.current.attachShadow({ mode: "open" });
    const made = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: initial.current,
        extensions: [
          Prec.highest(keymap.of([{ key: "Mod-Enter", run }])),
          lineNumbers(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          autocompletion({ icons: false }),
          highlightActiveLine(),
          EditorView.lineWrapping,
          placeholder("SELECT * FROM …"),
          syntaxHighlighting(COLOURS),
          TYPED_OVER,
          LOOKS,
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
          EditorView.contentAttributes.of({ "aria-label": "SQL. Escape, then Tab, leaves the editor." }),
          language.current.of(sqlWith([])),
          EditorView.updateListener.of((update) => {
            // Also one that was still being looked for when the focus left.
            if (!update.view.hasFocus && completionStatus(update.state) === "active") {
              queueMicrotask(() => closeCompletion(update.view));
            }
            if (update.docChanged) handlers.current.onChange(update.state.doc.toString());
            if (update.docChanged || update.selectionSet) {
              const { from, to } = update.state.selection.main;
              handlers.current.onSelect({ from, to });
            }
          }),
        ],
      }),
    });
    view.current = made;
    made.focus();
    return () => {
      made.destroy();
      view.current = null;
    };
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: language.current.reconfigure(sqlWith(tables)) });
  }, [tables]);

  useEffect(() => {
    const current = view.current;
    if (!current || current.state.doc.toString() === text) return;
    current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: text } });
  }, [text]);

  return <div className="editor" ref={parent} />;
}
