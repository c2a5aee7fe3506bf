"""Fifty texts that would run something in a page that does not escape them: each sets `window.hacked`."""

RUN = "window.hacked=1"
_BREAKOUTS = ("", '">', "'>", "</p></div>", "</textarea>", "</title>", "</script>", "-->", "</style>", "]]>")
_CARRIERS = (
    f"<script>{RUN}</script>",
    f'<img src=x onerror="{RUN}">',
    f"<svg onload={RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
)
_OTHERS = (
    f'" onmouseover="{RUN}" x="',
    f"' autofocus onfocus='{RUN}' x='",
    f"<a href='javascript:{RUN}'>open</a>",
    f"[open](javascript:{RUN})",
    f'![x](x" onerror="{RUN})',
    f"${{{RUN}}}",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    f"<details open ontoggle={RUN}>",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"<input autofocus onfocus={RUN}>",
)
PAYLOADS = tuple(before + carrier for before in _BREAKOUTS for carrier in _CARRIERS) + _OTHERS
