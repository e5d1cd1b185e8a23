from django.contrib import admin
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("sign-in/", login_not_required(auth.LoginView.as_view()), name="login"),
    path("sign-out/", auth.LogoutView.as_view(), name="logout"),
    path("", include("annotations.urls")),
    path("", include("training.urls")),
]
