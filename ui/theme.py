"""The theme: Gradio's widgets in the page's own colours, which look/style.css defines once for light and once for dark."""

from __future__ import annotations

import inspect

import gradio as gr

# What Gradio calls a colour, and the variable of look/style.css that it takes; the same in light and dark.
COLOURS = {
    "paper": ("body_background_fill",),
    "card": ("background_fill_primary", "block_background_fill", "input_background_fill", "button_secondary_background_fill"),
    "sunk": ("background_fill_secondary", "block_label_background_fill", "panel_background_fill", "button_secondary_background_fill_hover"),
    "ink": ("body_text_color", "button_secondary_text_color", "checkbox_label_text_color", "table_text_color"),
    "quiet": (
        "body_text_color_subdued",
        "block_info_text_color",
        "block_label_text_color",
        "block_title_text_color",
        "input_placeholder_color",
    ),
    "line": ("border_color_primary", "block_border_color", "input_border_color", "button_secondary_border_color", "table_border_color"),
    "accent": (
        *("border_color_accent", "color_accent", "input_border_color_focus", "checkbox_background_color_selected", "loader_color"),
        *("checkbox_border_color_selected", "slider_color", "link_text_color", "link_text_color_visited", "button_primary_background_fill"),
        "button_primary_border_color",
    ),
    "accent-deep": ("link_text_color_hover", "link_text_color_active", "button_primary_background_fill_hover"),
    "accent-soft": ("color_accent_soft", "border_color_accent_subdued", "checkbox_label_background_fill_selected"),
    "on-accent": ("button_primary_text_color",),
    "stop": ("button_cancel_background_fill", "button_cancel_background_fill_hover", "button_cancel_border_color"),
    "on-stop": ("button_cancel_text_color",),
}


def build_theme() -> gr.themes.Base:
    """Make the theme; its fonts are the system's, so that nothing is fetched."""
    theme = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"], text_size="md", radius_size="sm")
    known = inspect.signature(theme.set).parameters
    values = {name: f"var(--{colour})" for colour, names in COLOURS.items() for name in names}
    dark = {f"{name}_dark": value for name, value in values.items() if f"{name}_dark" in known}
    return theme.set(
        **values,
        **dark,
        checkbox_label_text_color_selected="var(--ink)",
        block_shadow="none",
        button_border_width="1px",
        button_border_width_dark="1px",
        block_title_text_weight="500",
    )
