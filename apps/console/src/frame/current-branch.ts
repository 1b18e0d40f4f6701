import type { Branch } from "@heliosdb/client";
import { useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";

/** The branch that the navigation leads to: the page's own, else the one before, else the default branch. */
export function useCurrentBranch(branches: readonly Branch[] | undefined): string {
  const params: { branch?: string } = useParams({ strict: false });
  const search: { branch?: string; source?: string; to?: string } = useSearch({ strict: false });
  const named = params.branch ?? search.source ?? search.to ?? search.branch;
  const [last, setLast] = useState(named);
  useEffect(() => {
    if (named !== undefined) setLast(named);
  }, [named]);
  const known = (name: string | undefined) => branches === undefined || branches.some((branch) => branch.name === name);
  if (params.branch !== undefined) return params.branch;
  if (last !== undefined && known(last)) return last;
  return (branches?.find((branch) => branch.isDefault) ?? branches?.[0])?.name ?? "main";
}
