"""Pages and frames that mean no good: styles, globals, messages."""

STRICT = {
    "Content_Security_Policy": "default-src 'none'; script-src {0}; frame-src {0}; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
    "Cross_Origin_Embedder_Policy": "require-corp",
    "Cross_Origin_Opener_Policy": "same-origin",
    "Permissions_Policy": "camera=(), geolocation=()",
}
RESETS = """<style>
  body * { display: none !important }
  div, iframe, button, span, dialog {
    all: unset !important; display: none !important; visibility: hidden !important; opacity: 0 !important;
    position: static !important; width: 0 !important; pointer-events: none !important; font-size: 0 !important;
    color: transparent !important; transform: scale(0) !important;
  }
  html > * { z-index: -1 !important; inset: auto !important }
  body { transform: translateX(-4000px); filter: blur(9px) }
  :root { font-size: 2px; direction: rtl }
  button { clip-path: circle(0) !important }
</style>"""
GLOBALS = """<script>
  const refuse = () => { throw new Error("a page's own method") };
  window.CyberVigie = { open: "taken" };
  window.make = window.Widget = window.host = window.base = 1;
  Object.prototype.cybervigie = "polluted";
  Object.prototype.mode = "open";
  Array.prototype.map = Array.prototype.filter = Array.prototype.forEach = Array.prototype.push = refuse;
  Array.from = () => [];
  JSON.stringify = JSON.parse = refuse;
  String.prototype.includes = String.prototype.startsWith = () => true;
  Function.prototype.bind = Function.prototype.call = Function.prototype.apply = refuse;
  Element.prototype.appendChild = Node.prototype.appendChild = refuse;
  document.querySelector = document.getElementById = () => null;
  addEventListener("keydown", () => console.log(window.CyberVigie.open));
</script>"""
FUZZ = """(origin) => {
  const frame = document.documentElement.lastElementChild.shadowRoot.querySelector("iframe").contentWindow;
  const said = (type, more) => ({ cybervigie: 1, type, ...more });
  const values = [
    null, 0, "", "close", [], {}, { cybervigie: 1 }, { cybervigie: 2, type: "close" },
    { cybervigie: "1", type: "answer" },
    said("hello"), said("hello", { nonce: "0".repeat(32) }), said("close"), said("mounted"), said("focus"),
    said("settings", { title: "Pris", publishers: ["x"] }), said("ask", { question: "Pris ?" }),
    "x".repeat(100000), { __proto__: { type: "close" } },
  ];
  for (const data of values) {
    frame.postMessage(data, origin);
    frame.postMessage(data, origin, [new MessageChannel().port2]);
    window.postMessage(data, "*");
    window.dispatchEvent(new MessageEvent("message", { data, origin, source: frame }));
    const ports = [new MessageChannel().port1];
    window.dispatchEvent(new MessageEvent("message", { data, origin, source: frame, ports }));
  }
}"""
STRANGER = """<script>
  for (const type of ["hello", "close", "ask", "mounted", "settings"])
    for (const ports of [[], [new MessageChannel().port2]])
      parent.postMessage({ cybervigie: 1, type, question: "Pris ?", nonce: "" }, "*", ports);
</script>"""
LIES = """<p>Faux</p><script>
  const query = new URLSearchParams(location.hash.slice(1));
  const { port1, port2 } = new MessageChannel();
  const hello = (nonce, port) => parent.postMessage({ cybervigie: 1, type: "hello", nonce }, query.get("host"), [port]);
  hello("f".repeat(32), new MessageChannel().port2);
  hello(query.get("nonce"), port2);
  const said = [
    { type: "mounted" }, { type: "answer", status: "<img>", citations: 1 },
    { type: "answer", status: "answered", citations: "many" },
    { type: "answer", status: "answered", citations: 2, text: "secret" }, { type: "error", code: "<b>" },
    { type: "error", code: "down", detail: "secret" }, { type: "destroy" }, { type: "constructor" }, { type: "open" },
    { type: "ready" }, { type: "question", text: "secret" }, { type: "close" },
  ];
  port1.onmessage = () => {
    port1.onmessage = null;
    for (const value of [null, "close", 3, { type: "close" }]) port1.postMessage(value);
    for (const value of said) port1.postMessage({ cybervigie: 1, ...value });
  };
</script>"""
THIEF = """<body><iframe sandbox="allow-scripts" srcdoc="<script>
  fetch('{url}/v1/meta').then((reply) => reply.text())
    .then(() => parent.postMessage('read', '*'), () => parent.postMessage('refused', '*'));
</script>"></iframe><script>onmessage = (event) => (window.__said = event.data);</script>"""
