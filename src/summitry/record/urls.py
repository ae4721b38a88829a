from django.urls import URLPattern, URLResolver

app_name = "record"
urlpatterns: list[URLPattern | URLResolver] = []
