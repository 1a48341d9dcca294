"""The search edge: a tantivy index that follows the store by a cursor."""

from adapters.search.absent import AbsentIndex
from adapters.search.index import TantivyIndex, index_trouble

__all__ = ["AbsentIndex", "TantivyIndex", "index_trouble"]
