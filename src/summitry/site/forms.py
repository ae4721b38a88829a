"""How every form of the house is drawn: label above, hint below it, error below the hint, a summary above."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
