// On paper: one turn alone when asked from its foot, and everything that is folded on the screen.

/** Print a turn alone. A frame may be forbidden to print, which the browser does not tell. */
export function printTurn({ turn, say }) {
  let begun = false;
  const begins = () => {
    begun = true;
  };
  addEventListener("beforeprint", begins, { once: true });
  const ended = () => document.documentElement.classList.remove("print-one");
  addEventListener("afterprint", ended, { once: true });
  for (const other of document.querySelectorAll(".turn.printed")) other.classList.remove("printed");
  turn.classList.add("printed");
  document.documentElement.classList.add("print-one");
  window.print();
  removeEventListener("beforeprint", begins);
  if (begun) return;
  ended();
  say("L’impression n’est pas permise dans ce cadre\u00a0: copiez la réponse avec ses références.");
}

/** Unfold what is folded in `root` while it is printed: not every browser can do so by its style alone. */
export function unfoldOnPaper(root) {
  let unfolded = [];
  addEventListener("beforeprint", () => {
    const folded = [...root.querySelectorAll("details:not([open])")];
    unfolded = unfolded.concat(folded);
    for (const node of folded) node.open = true;
  });
  addEventListener("afterprint", () => {
    for (const node of unfolded) node.open = false;
    unfolded = [];
  });
}
