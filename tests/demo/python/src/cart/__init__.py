"""A shopping cart: lines of goods, discounts, shipping."""

from .cart import Cart, Line
from .pricing import Discount, total

__all__ = ["Cart", "Discount", "Line", "total"]
