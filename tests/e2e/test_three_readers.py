"""The page of trending papers, read as it came, ranked for three people.

What is expected at the top follows from the titles of the page, not from any ranking of it:

- recommender systems: ten titles name recommendation or recommenders as their subject; the five come from these;
- model distillation: six titles name distilling or distillation; the five come from these;
- mental health: three papers are about mental health or psychological counselling, and they come first. Nothing else on
  the page is, so the last two places may go to health at large.
"""

import json

import pytest

from tests.e2e.program import SHARED, Program

PAGE = SHARED / "trending_page.txt"

pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason="the shared page of trending papers is not here")

RECOMMENDATION = {
    "A Survey on Large Language Models for Recommendation",
    "Item-Language Model for Conversational Recommendation",
    "RecAgent: A Novel Simulation Paradigm for Recommender Systems",
    "HLLM: Enhancing Sequential Recommendations via Hierarchical Large Language Models for Item and User Modeling",
    "Representation Learning with Large Language Models for Recommendation",
    "Harnessing Multimodal Large Language Models for Multimodal Sequential Recommendation",
    "NoteLLM-2: Multimodal Large Representation Models for Recommendation",
    "Rethinking Large Language Model Architectures for Sequential Recommendations",
    "How to Index Item IDs for Recommendation Foundation Models",
    "Large Language Model Distilling Medication Recommendation Model",
}
DISTILLATION = {
    "Large Language Model Distilling Medication Recommendation Model",
    "DDK: Distilling Domain Knowledge for Efficient Large Language Models",
    "Knowledge Distillation Using Frontier Open-source LLMs: Generalizability and the Role of Synthetic Data",
    "Towards the Law of Capacity Gap in Distilling Language Models",
    "Reward Guided Latent Consistency Distillation",
    "Using Advanced LLMs to Enhance Smaller LLMs: An Interpretable Knowledge Distillation Approach",
}
MENTAL_HEALTH = {
    "MentalGLM Series: Explainable Large Language Models for Mental Health Analysis on Chinese Social Media",
    "Interactive Agents: Simulating Counselor-Client Psychological Counseling via Role-Playing LLM-to-LLM Interactions",
    "Preference Learning Unlocks LLMs' Psycho-Counseling Skills",
}


@pytest.fixture
def reader(program: Program) -> Program:
    report = json.loads(program.run("ingest", str(PAGE), "--date", "2025-03-14", "--json").stdout)
    assert (report["new"], report["rejected"]) == (88, [])
    assert report["listings"] == [{"source": "page", "date": "2025-03-14", "curator": "AK"}]
    return program


def first_five(program: Program, interest: str) -> list[str]:
    (recommended,) = program.answers(f"interests add {interest}", "recommend 5")[1:]
    assert all(paper["reasons"] for paper in recommended)
    return [paper["title"] for paper in recommended]


def test_a_reader_of_recommender_systems_gets_five_papers_on_recommendation(reader: Program) -> None:
    titles = first_five(reader, "recommender systems")
    assert len(titles) == 5
    assert set(titles) <= RECOMMENDATION


def test_a_reader_of_model_distillation_gets_five_papers_that_distil(reader: Program) -> None:
    titles = first_five(reader, "model distillation")
    assert len(titles) == 5
    assert set(titles) <= DISTILLATION


def test_a_reader_of_mental_health_gets_counselling_first_and_health_after(reader: Program) -> None:
    titles = first_five(reader, "mental health")
    assert set(titles[:3]) == MENTAL_HEALTH
    assert len(titles) == 5


def test_three_people_in_one_store_do_not_see_each_other(reader: Program) -> None:
    lists = {}
    for name, interest in (("ada", "recommender systems"), ("ben", "model distillation"), ("cleo", "mental health")):
        _, recommended, interests = reader.answers(
            f"interests add {interest}", "recommend 5", "interests", env={"LOGNAME": name}
        )
        lists[name] = {paper["id"] for paper in recommended}
        assert [item["text"] for item in interests] == [interest]
    assert not lists["ada"] & lists["cleo"]
    assert not lists["ben"] & lists["cleo"]


def test_why_explains_every_recommended_paper_and_one_that_was_not(reader: Program) -> None:
    _, recommended = reader.answers("interests add mental health", "recommend 5")
    for number, paper in enumerate(recommended, start=1):
        (why,) = reader.answers(f"why {number}")
        assert why["rank"] == number
        assert why["kept_out"] is None
        assert sum(part["value"] for part in why["parts"]) == pytest.approx(paper["score"], rel=1e-12)
    other, why = reader.answers("search latent consistency distillation", "why 1")
    assert other[0]["title"] == "Reward Guided Latent Consistency Distillation"
    assert why["kept_out"]
