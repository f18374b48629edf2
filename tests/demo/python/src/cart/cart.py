"""The cart itself."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """So many of one product, at a price in cents."""

    product: str
    price: int
    quantity: int = 1

    def amount(self) -> int:
        return self.price * self.quantity


@dataclass
class Cart:
    """Lines in the order in which they were put in."""

    lines: list[Line] = field(default_factory=list)

    def add(self, line: Line) -> None:
        if line.quantity <= 0:
            raise ValueError("a line holds at least one piece")
        if line.price < 0:
            raise ValueError("a price is not negative")
        for index, other in enumerate(self.lines):
            if other.product == line.product and other.price == line.price:
                quantity = other.quantity + line.quantity
                self.lines[index] = Line(line.product, line.price, quantity)
                return
        self.lines.append(line)

    def remove(self, product: str) -> bool:
        kept = [line for line in self.lines if line.product != product]
        removed = len(kept) < len(self.lines)
        self.lines = kept
        return removed

    def weight(self, catalogue: dict[str, int]) -> int:
        total = 0
        for line in self.lines:
            if line.product not in catalogue:
                raise KeyError(line.product)
            total += catalogue[line.product] * line.quantity
        return total
