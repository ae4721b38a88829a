"""Addresses of adoption, positions and signatures."""

from django.urls import path

from .views import adopting, depositary, signing

_D = "documents/<slug:slug>/"
urlpatterns = [
    path(f"{_D}adoption/", adopting.adoption, name="adoption"),
    path(f"{_D}adoption/object/", adopting.object_to, name="object_to"),
    path(
        f"{_D}adoption/objections/<int:pk>/withdraw/", adopting.withdraw_objection, name="withdraw_objection"
    ),
    path(f"{_D}positions/", adopting.positions, name="positions"),
    path(f"{_D}positions/state/", adopting.state, name="state_position"),
    path(f"{_D}positions/<uuid:uid>/withdraw/", adopting.withdraw_position, name="withdraw_position"),
    path(f"{_D}signatures/", signing.listed, name="signatures"),
    path(f"{_D}signatures/<uuid:uid>/", signing.signature, name="signature"),
    path(f"{_D}signatures/<uuid:uid>/withdraw/", signing.withdraw, name="withdraw_signature"),
    path(f"{_D}copy/", signing.copy, name="certified_copy"),
    path(f"{_D}sign/", signing.sign, name="sign"),
    path(f"{_D}sign/now/", signing.signed, name="signed"),
    path(f"{_D}sign/powers/", signing.give_powers, name="give_powers"),
    path(f"desk/{_D}adoption/", adopting.desk, name="adoption_desk"),
    path(f"desk/{_D}adoption/<slug:way>/", adopting.begin, name="begin_adoption"),
    path(f"desk/{_D}adoption/<int:number>/close/", adopting.close, name="close_adoption"),
    path(f"desk/{_D}adoption/<int:number>/evidence/", adopting.evidence, name="evidence"),
    path(f"desk/{_D}signatures/enter/", depositary.enter, name="enter_signature"),
    path(f"desk/{_D}signatures/import/", depositary.take_in, name="take_in_signatories"),
    path("desk/signatures/", depositary.desk, name="signing_desk"),
    path("desk/signatures/powers/", depositary.all_powers, name="all_powers"),
    path("desk/signatures/powers/<uuid:uid>/", depositary.powers, name="powers"),
    path("desk/signatures/powers/<uuid:uid>/file/", depositary.powers_file, name="powers_file"),
    path("desk/signatures/<uuid:uid>/", depositary.signature, name="keep_signature"),
    path("desk/signatures/<uuid:uid>/scan/", depositary.scan, name="scan"),
]
