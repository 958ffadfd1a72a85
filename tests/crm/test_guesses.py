"""Which property of a portal means what."""

from typing import Any

import pytest

from csmdesk.crm.base import FieldChoice
from csmdesk.crm.hubspot.guesses import chosen_fields, guess, with_maps
from csmdesk.errors import UsageError


def prop(name: str, kind: str, label: str = "", **more: Any) -> dict[str, Any]:
    """A property's definition."""
    return {"name": name, "type": kind, "label": label or name, **more}


def owner(name: str, label: str) -> dict[str, Any]:
    """A property whose values are users."""
    return prop(name, "enumeration", label, referencedObjectType="OWNER")


COMPANIES = [
    owner("hubspot_owner_id", "Company owner"),
    prop("annualrevenue", "number", "Annual Revenue", hubspotDefined=True),
    prop("hs_csm_sentiment", "enumeration", "CSM Sentiment", hubspotDefined=True),
    owner("cs_lead", "Customer Success Lead"),
    prop("cust_arr_eur", "number", "ARR (EUR)"),
    prop("arr_growth", "number", "ARR growth"),
    prop("next_renewal", "date", "Renewal date"),
    prop("last_renewal", "date", "Last renewal date"),
    prop("renewal_notice_date", "date", "Renewal notice deadline"),
    prop("is_auto", "bool", "Renews automatically"),
    prop("notice", "number", "Notice period in days"),
    prop("licences", "number", "Number of licenses"),
    prop("mau", "number", "MAU"),
    prop("health", "number", "Customer health"),
    prop("health_status", "enumeration", "Customer health status"),
    prop("touch", "enumeration", "Touch model"),
    prop("hidden_arr", "number", "ARR", hidden=True),
]


def chosen(holder: str = "companies") -> dict[str, str]:
    """What is guessed for a holder."""
    return chosen_fields(guess({"companies": COMPANIES, "deals": DEALS}))[holder]


DEALS = [
    prop("amount", "number", "Amount", hubspotDefined=True),
    prop("closedate", "datetime", "Close Date", hubspotDefined=True),
    prop("deal_currency_code", "enumeration", "Currency", hubspotDefined=True),
    prop("hs_arr", "number", "Annual recurring revenue", hubspotDefined=True),
    prop("contract_months", "number", "Contract term (months)"),
]


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("csm", "cs_lead"),
        ("arr", "cust_arr_eur"),
        ("renewal_date", "next_renewal"),
        ("auto_renew", "is_auto"),
        ("notice_days", "notice"),
        ("seats_purchased", "licences"),
        ("active_users", "mau"),
        ("health", "health"),
        ("segment", "touch"),
    ],
)
def test_a_field_is_found_by_its_label_or_name(field: str, name: str) -> None:
    assert chosen()[field] == name


def test_what_no_property_means_is_not_guessed() -> None:
    assert "seats_active" not in chosen()
    assert "likelihood" not in chosen()


def test_without_a_property_for_the_csm_the_owner_is_taken() -> None:
    bare = [each for each in COMPANIES if each["name"] != "cs_lead"]
    assert chosen_fields(guess({"companies": bare}))["companies"]["csm"] == "hubspot_owner_id"


def test_a_deal_has_amount_currency_and_close_date_of_its_own() -> None:
    assert chosen("deals") == {
        "arr": "amount",
        "currency": "deal_currency_code",
        "renewal_date": "closedate",
        "term_months": "contract_months",
    }


def mapped(**maps: str) -> dict[str, dict[str, str]]:
    """The fields when the user maps some."""
    properties = {"companies": COMPANIES, "deals": DEALS}
    return chosen_fields(with_maps(guess(properties), maps, properties))


def test_what_the_user_maps_wins_over_the_guess() -> None:
    assert mapped(csm="hubspot_owner_id")["companies"]["csm"] == "hubspot_owner_id"
    assert mapped(arr="deals.hs_arr")["deals"]["arr"] == "hs_arr"
    assert mapped(arr="deals.hs_arr")["companies"]["arr"] == "cust_arr_eur"
    assert "health" not in mapped(health="")["companies"]


@pytest.mark.parametrize("maps", [{"colour": "mau"}, {"arr": "no_such"}, {"arr": "tickets.mau"}])
def test_a_field_or_property_nobody_knows_is_refused(maps: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        mapped(**maps)


def test_the_runners_up_are_told() -> None:
    more = [*COMPANIES, prop("contract_arr", "number", "Contract ARR")]
    (choice,) = [each for each in guess({"companies": more}) if each.field == "arr"]
    assert choice == FieldChoice(
        field="arr",
        holder="companies",
        chosen="cust_arr_eur",
        label="ARR (EUR)",
        others=("contract_arr",),
    )
