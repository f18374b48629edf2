"""What a cart costs."""

from dataclasses import dataclass
from enum import Enum

from .cart import Cart


class Kind(Enum):
    PERCENT = "percent"
    AMOUNT = "amount"
    SHIPPING = "shipping"


@dataclass(frozen=True)
class Discount:
    """A reduction, with the least amount in cents from which it holds."""

    kind: Kind
    value: int
    minimum: int = 0


def shipping(cart: Cart, country: str, express: bool) -> int:
    """Shipping in cents, by country, amount and speed."""
    if not cart.lines:
        return 0
    amount = sum(line.amount() for line in cart.lines)
    if country == "DE":
        base = 0 if amount >= 5000 else 490
    elif country in ("AT", "CH", "FR", "NL"):
        base = 0 if amount >= 10000 else 990
    elif country == "US":
        base = 1990
    else:
        base = 2990
    if express:
        if country == "DE":
            return base + 900
        elif country in ("AT", "CH"):
            return base + 1500
        else:
            raise ValueError("no express shipping to " + country)
    return base


def total(cart: Cart, country: str = "DE", express: bool = False, discounts=()) -> int:
    """What is to pay, in cents. Discounts apply in the order given."""
    amount = sum(line.amount() for line in cart.lines)
    ship = shipping(cart, country, express)
    for discount in discounts:
        if amount < discount.minimum:
            continue
        if discount.kind is Kind.PERCENT:
            if not 0 <= discount.value <= 100:
                raise ValueError("a percentage lies between 0 and 100")
            amount -= amount * discount.value // 100
        elif discount.kind is Kind.AMOUNT:
            amount = max(0, amount - discount.value)
        elif discount.kind is Kind.SHIPPING:
            ship = 0
    return amount + ship
