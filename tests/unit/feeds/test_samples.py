import io
from importlib.resources import files

from bot.domain.paper import Paper, title_key
from bot.feeds.samples import parse_samples


def samples() -> list[Paper]:
    items = list(parse_samples(io.BytesIO((files("bot.data") / "samples.jsonl").read_bytes())))
    assert all(isinstance(item, Paper) for item in items)
    return [item for item in items if isinstance(item, Paper)]


def test_there_are_40_samples_with_ids_of_their_own() -> None:
    assert [paper.id for paper in samples()] == [f"local:sample-{number:02d}" for number in range(1, 41)]
    assert all(paper.is_sample for paper in samples())
    assert len({title_key(paper.title) for paper in samples()}) == 40


def test_every_sample_reads_like_a_paper() -> None:
    for paper in samples():
        assert 80 <= len(paper.abstract.split()) <= 150, paper.id
        assert paper.authors, paper.id
        assert paper.categories, paper.id
        assert paper.year, paper.id
        assert not paper.raw_title, paper.id
        assert not paper.raw_abstract, paper.id
        assert "sample" not in paper.title.lower(), paper.id


def test_samples_cover_many_fields_and_some_of_them_well() -> None:
    texts = [f"{paper.title} {paper.abstract}".lower() for paper in samples()]
    assert sum("diffusion model" in text for text in texts) >= 3
    assert sum("recommender" in text for text in texts) >= 3
    archives = {paper.categories[0].split(".")[0] for paper in samples()}
    assert len(archives) >= 8
