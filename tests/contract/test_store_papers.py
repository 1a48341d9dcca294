"""Papers on both databases: who is who, what wins, what changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations

import pytest
from sqlalchemy import text

from bot.domain.feedback import Feedback, Impression, Reaction
from bot.domain.paper import Paper, PaperId, PaperKey, title_paper_id
from bot.ports import Store, Upserted
from store.engine import SqlStore
from tests.factories import NOON, make_account, make_listing_head, make_paper, make_profile

LATER = NOON + timedelta(days=1)
ARXIV = PaperId("arXiv:2503.09566")
DOI = PaperId("doi:10.1000/xyz")


async def put(store: Store, *papers: Paper, at: datetime = NOON) -> list[Upserted]:
    async with store.write() as uow:
        return await uow.papers.upsert(papers, at)


async def put_one(store: Store, paper: Paper, at: datetime = NOON) -> Upserted:
    (result,) = await put(store, paper, at=at)
    return result


async def find(store: Store, paper_id: str) -> Paper | None:
    async with store.read() as uow:
        return await uow.papers.find(PaperId(paper_id))


async def test_a_paper_comes_back_as_it_was_told_with_key_and_first_sight(store: Store) -> None:
    told = make_paper(
        doi="10.1000/abc",
        submitted_at=datetime(2026, 3, 1, 5, 6, 7, 89, tzinfo=timezone(timedelta(hours=-5))),
        updated_at=NOON,
        url="https://example.org/a",
        pdf_url="https://example.org/a.pdf",
        code_url="https://example.org/code",
        upvotes=0,
        comments=3,
        submitted_by="Grace Hopper",
        withdrawn=True,
        raw_title="Sparse \\emph{retrieval}",
        raw_abstract="",
        authors=("Ada Lovelace", "Søren “S” Ørsted"),
    )
    result = await put_one(store, told)
    assert (result.outcome, result.reindex, result.absorbed) == ("new", True, ())
    assert result.paper == replace(told, key=result.paper.key, first_seen_at=NOON)
    stored = await find(store, told.id)
    assert stored == result.paper
    assert stored is not None
    assert stored.submitted_at is not None
    assert stored.submitted_at.tzinfo is UTC


async def test_the_same_again_changes_nothing_and_moves_no_cursor(store: Store) -> None:
    paper = make_paper()
    first = await put_one(store, paper)
    async with store.read() as uow:
        _, _, revision = await uow.papers.changed_since(0, 10)
    again = await put_one(store, paper, at=LATER)
    assert (again.outcome, again.reindex, again.paper) == ("unchanged", False, first.paper)
    async with store.read() as uow:
        assert await uow.papers.changed_since(revision, 10) == ([], [], revision)


async def test_upvotes_update_without_a_new_index_entry(store: Store) -> None:
    paper = make_paper(upvotes=3, comments=1)
    await put_one(store, paper)
    result = await put_one(store, replace(paper, upvotes=9, comments=None))
    assert (result.outcome, result.reindex) == ("updated", False)
    assert (result.paper.upvotes, result.paper.comments) == (9, 1)


async def test_the_text_of_a_newer_version_wins_and_the_old_one_is_kept(sql_store: SqlStore) -> None:
    old = make_paper(version=1, title="First title", abstract="First text")
    await put_one(sql_store, old)
    new = replace(old, version=2, title="Second title", abstract="Second text", source="elsewhere")
    result = await put_one(sql_store, new, at=LATER)
    assert (result.outcome, result.reindex) == ("updated", True)
    assert (result.paper.title, result.paper.abstract, result.paper.version) == ("Second title", "Second text", 2)
    stale = await put_one(sql_store, replace(old, title="Stale title"), at=LATER)
    assert (stale.outcome, stale.paper.title) == ("unchanged", "Second title")
    async with sql_store.connection() as connection:
        rows = (await connection.execute(text("SELECT version, title, abstract FROM paper_versions"))).all()
    assert [tuple(row) for row in rows] == [(1, "First title", "First text")]


@pytest.mark.parametrize(("source", "title"), [("arxiv", "Corrected"), ("elsewhere", "Stored")])
async def test_only_its_own_source_corrects_a_version(store: Store, source: str, title: str) -> None:
    paper = make_paper(title="Stored")
    await put_one(store, paper)
    assert (await put_one(store, replace(paper, title="Corrected", source=source))).paper.title == title


async def test_empty_fields_overwrite_nothing_and_missing_ones_are_filled(store: Store) -> None:
    full = make_paper(abstract="", doi="10.1000/full", authors=("Ada Lovelace",))
    await put_one(store, full)
    bare = Paper(id=full.id, title="", abstract="Now there is one", version=3, source="arxiv", year=None)
    merged = (await put_one(store, bare)).paper
    assert (merged.title, merged.abstract) == (full.title, "Now there is one")
    assert (merged.doi, merged.authors, merged.year) == ("10.1000/full", ("Ada Lovelace",), 2026)


async def test_categories_unite_dates_keep_the_earliest_and_withdrawal_stays(store: Store) -> None:
    paper = make_paper(categories=("cs.IR",), announced_at=LATER, version=2, withdrawn=True)
    await put_one(store, paper)
    cross = replace(paper, categories=("cs.LG", "cs.IR"), announced_at=NOON, version=3, withdrawn=False)
    merged = (await put_one(store, cross)).paper
    assert merged.categories == ("cs.IR", "cs.LG")
    assert merged.announced_at == NOON
    assert merged.withdrawn


async def test_an_old_version_cannot_withdraw_the_new_one(store: Store) -> None:
    paper = make_paper(version=3)
    await put_one(store, paper)
    assert not (await put_one(store, replace(paper, version=2, withdrawn=True))).paper.withdrawn


async def test_two_records_of_one_paper_in_a_batch_are_one_paper(store: Store) -> None:
    paper = make_paper(version=1, upvotes=None)
    results = await put(store, paper, replace(paper, version=2, title="Newer"), replace(paper, upvotes=4))
    assert [result.outcome for result in results] == ["new", "unchanged", "unchanged"]
    assert [result.reindex for result in results] == [True, False, False]
    assert len({result.paper.key for result in results}) == 1
    assert (results[0].paper.title, results[0].paper.upvotes) == ("Newer", 4)
    async with store.read() as uow:
        assert await uow.papers.count() == 1


async def test_the_same_doi_is_the_same_paper(store: Store) -> None:
    await put_one(store, make_paper(id=ARXIV, doi="10.1000/xyz"))
    result = await put_one(store, make_paper(id=DOI, doi="", title="As published", source="crossref", version=None))
    assert (result.paper.id, result.outcome) == (ARXIV, "unchanged")
    assert (await find(store, DOI)) == result.paper


async def test_two_arxiv_ids_are_two_papers_whatever_doi_their_authors_typed(store: Store) -> None:
    one, two = await put(store, make_paper(doi="10.1000/xyz"), make_paper(doi="10.1000/xyz"))
    assert one.paper.key != two.paper.key
    again = await put_one(store, make_paper(id=DOI, title="A third telling", version=None))
    assert again.paper.id == one.paper.id


async def test_a_title_hash_record_joins_the_one_paper_with_its_title(store: Store) -> None:
    known = await put_one(store, make_paper(title="Attention, please!"))
    untitled = make_paper(id=title_paper_id("Attention please"), title="Attention please", version=None, upvotes=5)
    joined = await put_one(store, untitled)
    assert (joined.paper.key, joined.paper.title, joined.paper.upvotes) == (known.paper.key, "Attention, please!", 5)
    assert await find(store, untitled.id) == joined.paper
    assert (await put_one(store, untitled)).outcome == "unchanged"


async def test_a_title_hash_record_joins_none_of_two(store: Store) -> None:
    await put(store, make_paper(title="Editorial"), make_paper(title="Editorial"))
    result = await put_one(store, make_paper(id=title_paper_id("Editorial"), title="Editorial"))
    assert result.outcome == "new"


@pytest.mark.parametrize("together", [True, False])
async def test_a_title_hash_paper_is_renamed_when_the_identified_one_arrives(store: Store, together: bool) -> None:
    hashed = make_paper(id=title_paper_id("A title"), title="A title", version=None, source="trending")
    real = make_paper(id=ARXIV, title="A Title", abstract="The archive's own text")
    if together:
        results = await put(store, hashed, real)
        renamed = results[0]
        assert renamed.outcome == "new"
    else:
        old = await put_one(store, hashed)
        renamed = await put_one(store, real)
        assert (renamed.outcome, renamed.reindex, renamed.paper.key) == ("updated", True, old.paper.key)
    assert (renamed.paper.id, renamed.paper.abstract, renamed.absorbed) == (ARXIV, "The archive's own text", ())
    assert await find(store, hashed.id) == renamed.paper == await find(store, ARXIV)


async def test_a_doi_paper_and_an_arxiv_paper_that_are_one_merge_with_all_that_hangs_on_them(store: Store) -> None:
    arxiv = await put_one(store, make_paper(id=ARXIV, title="On arXiv", upvotes=2))
    published = await put_one(store, make_paper(id=DOI, title="Published", upvotes=7, comments=1), at=LATER)
    kept, gone = arxiv.paper.stored_key, published.paper.stored_key
    async with store.write() as uow:
        person = (await uow.people.ensure(make_account(), NOON)).id
        await uow.feedback.append([Feedback(person, gone, Reaction.LIKE, True, NOON)])
        await uow.impressions.append([Impression(person, gone, 1, NOON, "chat")])
        await uow.listings.put(make_listing_head(source="both"), [gone, kept])
        await uow.listings.put(make_listing_head(source="one"), [gone])
    async with store.read() as uow:
        _, _, revision = await uow.papers.changed_since(0, 10)

    merged = await put_one(store, make_paper(id=ARXIV, doi="10.1000/xyz", title="On arXiv"))
    assert (merged.outcome, merged.absorbed) == ("updated", (gone,))
    assert (merged.paper.id, merged.paper.stored_key) == (ARXIV, kept)
    assert (merged.paper.upvotes, merged.paper.comments) == (2, 1)
    async with store.write() as uow:
        # A press on the card of the paper that is no more counts for what it became.
        await uow.feedback.append([Feedback(person, gone, Reaction.SAVE, True, LATER)])
        await uow.listings.put(make_listing_head(source="late"), [gone, kept])
    async with store.read() as uow:
        assert await uow.papers.find(DOI) == merged.paper
        assert await uow.papers.by_keys([gone, kept]) == {kept: merged.paper}
        assert (await uow.feedback.active(person, [kept, gone])) == {kept: {Reaction.LIKE, Reaction.SAVE}}
        assert await uow.impressions.seen(person) == {kept}
        for source in ("both", "one", "late"):
            listing = await uow.listings.latest(source)
            assert listing is not None
            assert listing.papers == (ARXIV,)
        changed, deleted, _ = await uow.papers.changed_since(revision, 10)
    assert (changed, deleted) == ([merged.paper], [gone])


async def test_papers_merged_twice_lead_to_the_last(store: Store) -> None:
    title = "One title"
    hashed = await put_one(store, make_paper(id=title_paper_id(title), title=title, version=None))
    published = await put_one(store, make_paper(id=DOI, title="Another title", version=None))
    arxiv = await put_one(store, make_paper(id=ARXIV, title=title, doi="10.1000/xyz"))
    assert set(arxiv.absorbed) | {arxiv.paper.key} == {hashed.paper.key, published.paper.key}
    for old in (hashed.paper.id, DOI, ARXIV):
        assert await find(store, old) == arxiv.paper


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_in_whatever_order_its_tellings_come_it_is_one_paper(
    store: Store, order: tuple[int, ...], together: bool
) -> None:
    title = "One paper, three tellings"
    tellings = [
        make_paper(id=title_paper_id(title), title=title, version=None, source="trending"),
        make_paper(id=DOI, title=title, version=None, source="crossref"),
        make_paper(id=ARXIV, title=title, doi="10.1000/xyz", abstract="The archive's text"),
    ]
    told = [tellings[at] for at in order]
    keys: set[PaperKey] = set()
    async with store.write() as uow:
        person = (await uow.people.ensure(make_account(), NOON)).id
    for batch in [told] if together else [[one] for one in told]:
        for result in await put(store, *batch):
            keys.add(result.paper.stored_key)
            async with store.write() as uow:
                await uow.feedback.append([Feedback(person, result.paper.stored_key, Reaction.LIKE, True, NOON)])
    async with store.read() as uow:
        assert await uow.papers.count() == 1
        found = await uow.papers.find_many([paper.id for paper in tellings])
        assert len(found) == 3
        (paper,) = set(found.values())
        assert (paper.id, paper.abstract, paper.doi) == (ARXIV, "The archive's text", "10.1000/xyz")
        assert list(await uow.feedback.reacted(person)) == [paper.key]
        assert len(await uow.feedback.log(person)) == 3
    assert [result.outcome for result in await put(store, *tellings)] == ["unchanged"] * 3


async def test_a_merge_inside_a_batch_reports_the_stored_paper_that_went_once(store: Store) -> None:
    published = await put_one(store, make_paper(id=DOI, title="Published", version=None))
    library = make_paper(id=PaperId("local:mine/1"), title="In a library", version=None)
    results = await put(
        store,
        library,
        make_paper(id=ARXIV, title="In a library and on arXiv"),
        replace(library, doi="10.1000/xyz"),
        make_paper(id=ARXIV, title="In a library and on arXiv", doi="10.1000/xyz"),
    )
    assert {result.paper.id for result in results} == {ARXIV}
    assert [result.outcome for result in results] == ["new", "unchanged", "unchanged", "unchanged"]
    assert [result.absorbed for result in results] == [(published.paper.key,), (), (), ()]
    for paper_id in (DOI, library.id):
        assert await find(store, paper_id) == results[0].paper
    async with store.read() as uow:
        assert await uow.papers.count() == 1


async def test_arxivs_own_doi_names_the_arxiv_paper(store: Store) -> None:
    arxiv = await put_one(store, make_paper(id=ARXIV))
    told = make_paper(id=PaperId("local:mine/1"), doi="10.48550/arxiv.2503.09566", title="In my library")
    assert (await put_one(store, told)).paper.key == arxiv.paper.key


async def test_a_sample_never_merges_with_a_real_paper(store: Store) -> None:
    real = make_paper(id=ARXIV, title="Same title", doi="10.1000/xyz")
    sample = make_paper(id=PaperId("local:sample"), title="Same title", doi="10.1000/xyz", source="sample")
    first, second = await put(store, sample, real)
    assert first.paper.key != second.paper.key
    async with store.read() as uow:
        assert [await uow.papers.count(samples=kind) for kind in (None, True, False)] == [2, 1, 1]


async def test_a_sample_gives_way_to_the_real_paper_of_its_id_and_not_the_other_way(store: Store) -> None:
    sample = await put_one(store, make_paper(id=ARXIV, source="sample", title="Bundled"))
    real = await put_one(store, make_paper(id=ARXIV, title="Real"))
    assert (real.outcome, real.absorbed) == ("new", (sample.paper.key,))
    back = await put_one(store, make_paper(id=ARXIV, source="sample", title="Bundled"))
    assert (back.outcome, back.paper) == ("unchanged", real.paper)
    async with store.read() as uow:
        _, deleted, _ = await uow.papers.changed_since(0, 10)
        assert deleted == [sample.paper.key]
        assert await uow.papers.count() == 1


async def test_deleting_the_samples_leaves_the_real_papers(store: Store) -> None:
    samples = [make_paper(source="sample") for _ in range(3)]
    keys = [result.paper.stored_key for result in await put(store, *samples)]
    real = await put_one(store, make_paper())
    async with store.write() as uow:
        await uow.listings.put(make_listing_head(source="sample"), keys)
        assert await uow.papers.delete_samples() == keys
        assert await uow.papers.delete_samples() == []
    async with store.read() as uow:
        changed, deleted, _ = await uow.papers.changed_since(0, 10)
        assert (changed, deleted) == ([real.paper], keys)
        assert await uow.listings.latest() is None


async def test_what_was_learned_from_samples_goes_with_them(store: Store) -> None:
    async with store.write() as uow:
        (sample,) = await uow.papers.upsert([make_paper(id=PaperId("local:s"), source="sample")], NOON)
        reader = await uow.people.ensure(make_account(), NOON)
        other = await uow.people.ensure(make_account(), NOON)
        key = sample.paper.stored_key
        await uow.feedback.append([Feedback(reader.id, key, Reaction.LIKE, True, NOON)])
        for person in (reader, other):
            await uow.profiles.put(make_profile(person.id))
        await uow.papers.delete_samples()
        assert await uow.profiles.find(reader.id) is None
        assert await uow.profiles.find(other.id) is not None


async def test_the_latest_revision_is_the_cursor_of_whoever_has_seen_everything(store: Store) -> None:
    async with store.write() as uow:
        assert await uow.papers.revision() == 0
        await uow.papers.upsert([make_paper(), make_paper(source="sample", id=PaperId("local:s"))], NOON)
        await uow.papers.delete_samples()
        _, _, seen = await uow.papers.changed_since(0, 100)
        assert await uow.papers.revision() == seen


async def test_keys_are_never_given_out_twice(store: Store) -> None:
    sample = await put_one(store, make_paper(source="sample"))
    async with store.write() as uow:
        await uow.papers.delete_samples()
    assert (await put_one(store, make_paper())).paper.stored_key > sample.paper.stored_key


async def test_the_change_cursor_pages_through_everything_once(store: Store) -> None:
    papers = [make_paper() for _ in range(7)]
    await put(store, *papers)
    await put_one(store, replace(papers[0], upvotes=1))
    seen: list[PaperId] = []
    revision = 0
    async with store.read() as uow:
        while True:
            changed, _, after = await uow.papers.changed_since(revision, 3)
            if after == revision:
                break
            seen += [paper.id for paper in changed]
            revision = after
    assert seen == [paper.id for paper in (*papers[1:], papers[0])]


async def test_many_are_found_and_missing_ones_left_out(store: Store) -> None:
    papers = [make_paper() for _ in range(3)]
    keys = [result.paper.stored_key for result in await put(store, *papers)]
    ids = [paper.id for paper in papers]
    async with store.read() as uow:
        assert list(await uow.papers.find_many([*ids, PaperId("arXiv:0704.0001")])) == ids
        assert list(await uow.papers.by_keys([*keys, PaperKey(999_999)])) == keys
        many = [PaperId(f"local:{number}") for number in range(40_000)]
        assert list(await uow.papers.find_many([*many, ids[0]])) == [ids[0]]
        assert await uow.papers.find_many([]) == {}


async def test_text_that_no_database_takes_is_cleaned(store: Store) -> None:
    dirty = make_paper(title="A\0 title \ud800 here", authors=("Ada\0", "Ørsted\udfff"), doi="10.1000/ABC")
    result = await put_one(store, dirty)
    assert (result.paper.title, result.paper.authors) == ("A title  here", ("Ada", "Ørsted"))
    assert result.paper.doi == "10.1000/abc"
    assert await find(store, dirty.id) == result.paper
    assert (await put_one(store, dirty)).outcome == "unchanged"


async def test_an_endless_id_or_title_is_stored_all_the_same(store: Store) -> None:
    noise = "".join(chr(0x4E00 + number) for number in range(9_000))
    result = await put_one(store, make_paper(id=PaperId(f"doi:10.1/{noise}"), doi=f"10.1/{noise}", title=noise))
    assert (result.paper.id, result.paper.doi) == (title_paper_id(noise), "")
    assert await find(store, result.paper.id) == result.paper


async def test_a_batch_has_a_largest_size_and_may_be_empty(store: Store) -> None:
    assert await put(store) == []
    with pytest.raises(ValueError, match="at most 5000"):
        await put(store, *[make_paper()] * 5_001)


async def test_votes_count_upvotes_and_each_reader_once_by_what_they_said_last(store: Store) -> None:
    now = NOON + timedelta(days=4)
    since = NOON - timedelta(days=1)
    liked, both, taken_back, disliked, clicked, hidden = results = await put(
        store,
        make_paper(announced_at=now, upvotes=10),
        make_paper(announced_at=NOON, upvotes=None),
        make_paper(announced_at=NOON, upvotes=20),
        make_paper(announced_at=NOON, upvotes=1),
        make_paper(announced_at=NOON, upvotes=0),
        make_paper(announced_at=NOON),
    )
    keys = [result.paper.stored_key for result in results]
    async with store.write() as uow:
        one, other = [(await uow.people.ensure(make_account(), NOON)).id for _ in range(2)]
        await uow.feedback.append(
            [
                Feedback(one, keys[0], Reaction.LIKE, True, NOON),
                Feedback(one, keys[1], Reaction.LIKE, True, NOON),
                Feedback(one, keys[1], Reaction.SAVE, True, NOON),
                Feedback(other, keys[1], Reaction.SAVE, True, NOON),
                Feedback(one, keys[2], Reaction.LIKE, True, NOON),
                Feedback(one, keys[2], Reaction.LIKE, False, NOON),
                Feedback(one, keys[3], Reaction.LIKE, True, NOON),
                Feedback(other, keys[3], Reaction.DISLIKE, True, NOON),
                Feedback(one, keys[4], Reaction.CLICK, True, NOON),
                Feedback(one, keys[5], Reaction.HIDE, True, NOON),
            ]
        )
    async with store.read() as uow:
        votes = {one.id: one for one in await uow.papers.votes(since, 10)}
    assert {paper_id: (one.upvotes, one.likes, one.dislikes) for paper_id, one in votes.items()} == {
        liked.paper.id: (10, 1, 0),
        both.paper.id: (0, 2, 0),
        taken_back.paper.id: (20, 0, 0),
        disliked.paper.id: (1, 1, 1),
    }
    assert (votes[liked.paper.id].key, votes[liked.paper.id].fresh_at) == (keys[0], now)
    assert not {clicked.paper.id, hidden.paper.id} & votes.keys()


async def test_votes_are_of_new_papers_and_of_old_ones_that_somebody_reacted_to_since(store: Store) -> None:
    old, quiet = await put(store, make_paper(upvotes=3), make_paper(upvotes=9))
    async with store.write() as uow:
        person = (await uow.people.ensure(make_account(), NOON)).id
        await uow.feedback.append([Feedback(person, old.paper.stored_key, Reaction.LIKE, True, LATER)])
        await uow.feedback.append([Feedback(person, quiet.paper.stored_key, Reaction.LIKE, True, NOON)])
    async with store.read() as uow:
        assert [(one.id, one.upvotes, one.likes) for one in await uow.papers.votes(LATER, 9)] == [(old.paper.id, 3, 1)]


async def test_of_many_papers_those_with_the_most_votes_are_counted(store: Store) -> None:
    upvoted = await put(store, *(make_paper(upvotes=number) for number in range(1, 6)))
    reacted = await put(store, *(make_paper() for _ in range(3)))
    async with store.write() as uow:
        for readers, result in enumerate(reacted, start=1):
            people = [(await uow.people.ensure(make_account(), NOON)).id for _ in range(readers)]
            key = result.paper.stored_key
            await uow.feedback.append([Feedback(person, key, Reaction.LIKE, True, NOON) for person in people])
    async with store.read() as uow:
        votes = {one.id: (one.upvotes, one.likes) for one in await uow.papers.votes(NOON - timedelta(days=1), 2)}
    assert votes == {
        upvoted[4].paper.id: (5, 0),
        upvoted[3].paper.id: (4, 0),
        reacted[2].paper.id: (0, 3),
        reacted[1].paper.id: (0, 2),
    }


async def test_the_latest_announcement_is_a_real_papers(store: Store) -> None:
    async with store.read() as uow:
        assert await uow.papers.latest_announcement() is None
    await put(store, make_paper(announced_at=None), make_paper(announced_at=NOON))
    await put_one(store, make_paper(announced_at=LATER, source="sample"))
    async with store.read() as uow:
        assert await uow.papers.latest_announcement() == NOON


async def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="time zone"):
        await put_one(store, make_paper(updated_at=datetime(2026, 3, 1)))  # noqa: DTZ001
