import { Link } from "@tanstack/react-router";
import { Empty } from "../parts/states.js";

export function PageMissing() {
  return (
    <Empty
      title="There is no such page"
      action={
        <Link to="/branches" className="button button-primary">
          <span>Go to the branches</span>
        </Link>
      }
    >
      The address may be mistyped, or from another version of the server.
    </Empty>
  );
}
