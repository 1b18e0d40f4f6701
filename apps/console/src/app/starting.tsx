import { Sun } from "../parts/sun.js";

export function Starting() {
  return (
    <main className="sign-in" aria-busy="true">
      <span className="starting">
        <Sun size={56} />
        <span className="sr-only" role="status">
          Opening the console
        </span>
      </span>
    </main>
  );
}
