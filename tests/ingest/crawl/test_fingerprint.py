from ingest.chunk import passages
from ingest.crawl.fingerprint import DIGEST_BYTES, digest_set, passage_digests, text_fingerprint

from .shelf import document, url


def test_the_same_text_under_two_addresses_has_one_fingerprint() -> None:
    one = document(url(1), ["Chiffrez le poste. Sauvegardez-le."])
    other = document(url(2), ["Chiffrez  le\u00a0poste – SAUVEGARDEZ le"], title="Autre titre")
    assert one.text != other.text
    assert text_fingerprint(one) == text_fingerprint(other)


def test_a_word_or_an_accent_makes_another_text() -> None:
    texts = ["Le poste est chiffré.", "Le poste est chiffre.", "Le poste n’est pas chiffré.", "Le poste est chiffré 2."]
    assert len({text_fingerprint(document(url(1), [text])) for text in texts}) == len(texts)


def test_texts_without_letters_are_not_all_the_same() -> None:
    one, other = document(url(1), []), document(url(2), [])
    assert one.text == other.text == ""
    assert text_fingerprint(one) != text_fingerprint(other)


def test_each_distinct_passage_has_one_digest_whatever_its_place() -> None:
    there = document(url(1), [1, 2, 3, 2])
    assert len(passages(there)) == 4
    packed = passage_digests(there)
    assert len(packed) == 3 * DIGEST_BYTES
    assert digest_set(packed) == digest_set(passage_digests(document(url(2), [3, 1, 2])))
    assert len(digest_set(packed) & digest_set(passage_digests(document(url(2), [3, 4])))) == 1
    assert digest_set(b"") == set()
