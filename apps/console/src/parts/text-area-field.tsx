import type { ComponentProps, ReactNode } from "react";
import { Field } from "./field.js";

type TextAreaFieldProps = Omit<ComponentProps<"textarea">, "id"> & {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | null;
};

export function TextAreaField({ label, hint, error, ...rest }: TextAreaFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <textarea className="input" spellCheck={false} rows={2} {...rest} {...ids} />}
    </Field>
  );
}
