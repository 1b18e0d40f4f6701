import { Link, useLocation } from "@tanstack/react-router";
import {
  Activity,
  Building2,
  FileInput,
  GitBranch,
  GitCompareArrows,
  GitMerge,
  History,
  KeyRound,
  LogOut,
  ScrollText,
  Search,
  SquareTerminal,
  Table2,
  UsersRound,
  Webhook,
} from "lucide-react";
import { useEffect, useRef } from "react";
import { Sun } from "../parts/sun.js";
import { rightsOf } from "../session/rights.js";
import { useSession } from "../session/session.js";

interface SidebarProps {
  readonly branch: string;
  readonly onSearch: () => void;
  /** To the content of the page, past the links. */
  readonly onSkip: () => void;
}

const IS_MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function Sidebar({ branch, onSearch, onSkip }: SidebarProps) {
  const { identity, isOpen, signOut } = useSession();
  const rights = rightsOf(identity);
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a narrow screen the links are one line, which is longer than the screen.
  useEffect(() => {
    const { current } = nav;
    if (!current || !pathname) return;
    const show = () =>
      current.querySelector(`[aria-current="page"]`)?.scrollIntoView({ block: "nearest", inline: "center" });
    const observer = new ResizeObserver(show);
    observer.observe(current);
    return () => observer.disconnect();
  }, [pathname]);
  return (
    <header className="sidebar">
      <button type="button" className="skip" onClick={onSkip}>
        Skip to the content
      </button>
      <Link to="/branches" className="brand">
        <Sun size={26} />
        <span>HeliosDB</span>
      </Link>
      <button type="button" className="search-button" onClick={onSearch}>
        <Search size={15} aria-hidden="true" />
        <span>Search</span>
        <kbd>{IS_MAC ? "⌘K" : "Ctrl K"}</kbd>
      </button>
      <nav ref={nav} className="nav" aria-label="Main">
        <Link to="/branches" className="nav-link">
          <GitBranch size={16} aria-hidden="true" />
          Branches
        </Link>
        <p className="nav-branch" title={branch}>
          <span className="nav-label">on</span> {branch}
        </p>
        <Link to="/branch/$branch/data" params={{ branch }} className="nav-link">
          <Table2 size={16} aria-hidden="true" />
          Data
        </Link>
        {rights.sql && (
          <Link to="/branch/$branch/sql" params={{ branch }} className="nav-link">
            <SquareTerminal size={16} aria-hidden="true" />
            SQL
          </Link>
        )}
        {rights.history && (
          <Link to="/branch/$branch/history" params={{ branch }} className="nav-link">
            <History size={16} aria-hidden="true" />
            History
          </Link>
        )}
        <p className="nav-branch nav-gap" aria-hidden="true" />
        <Link to="/compare" search={{ to: branch }} className="nav-link">
          <GitCompareArrows size={16} aria-hidden="true" />
          Compare
        </Link>
        {rights.merges && (
          <Link to="/merge" search={{ source: branch }} className="nav-link">
            <GitMerge size={16} aria-hidden="true" />
            Merge
          </Link>
        )}
        {rights.writes && (
          <Link to="/import" search={{ branch }} className="nav-link">
            <FileInput size={16} aria-hidden="true" />
            Import
          </Link>
        )}
        {rights.administers && (
          <>
            <p className="nav-group">Administration</p>
            <Link to="/keys" className="nav-link">
              <KeyRound size={16} aria-hidden="true" />
              Keys
            </Link>
            <Link to="/users" className="nav-link">
              <UsersRound size={16} aria-hidden="true" />
              Users
            </Link>
            {rights.operates && (
              <Link to="/tenants" className="nav-link">
                <Building2 size={16} aria-hidden="true" />
                Tenants
              </Link>
            )}
            <Link to="/webhooks" className="nav-link">
              <Webhook size={16} aria-hidden="true" />
              Webhooks
            </Link>
            <Link to="/audit" className="nav-link">
              <ScrollText size={16} aria-hidden="true" />
              Audit
            </Link>
            <Link to="/server" className="nav-link">
              <Activity size={16} aria-hidden="true" />
              Server
            </Link>
          </>
        )}
      </nav>
      <div className="identity">
        <span className="identity-name">
          <strong>{identity.name ?? identity.userId}</strong>
          <span>{isOpen ? "Authentication is off" : identity.scopes.join(", ")}</span>
        </span>
        {!isOpen && (
          <button type="button" className="identity-out" aria-label="Sign out" title="Sign out" onClick={signOut}>
            <LogOut size={15} aria-hidden="true" />
          </button>
        )}
      </div>
    </header>
  );
}
