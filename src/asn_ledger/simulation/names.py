"""Made-up Indonesian-looking names, put together from syllables; nobody real is meant."""

from random import Random

# fmt: off
_STEMS = (
    "Su", "Har", "Wi", "Pur", "Mul", "Sut", "Kar", "Sar", "Mar", "Bud", "Dar", "Suk", "Sup", "Pram", "Wid", "Tri",
    "Dwi", "Nur", "Ret", "Yul", "Ind", "And", "Ris", "Wah", "Isw", "Hen", "End", "Jok", "Bam", "Ag", "Kus", "Las",
    "Rah", "Sul", "Sum", "Par", "Teg", "Win", "Yan", "Rok",
)
_MALE = (
    "anto", "ono", "oko", "adi", "arno", "iyono", "itno", "endro", "iyanto", "awan", "udi", "arto", "oyo", "iman",
    "uki", "ardi", "ujo", "ogo", "isno", "udin", "aryo",
)
_FEMALE = (
    "iyati", "astuti", "aningsih", "atini", "iyani", "awati", "iyah", "ijah", "umi", "anti", "arsih", "estari",
    "indah", "atmi", "unik", "arini", "ayu", "iana", "ita", "ika",
)
_SECOND = (
    "Lestari", "Rahayu", "Utami", "Handayani", "Wulandari", "Pertiwi", "Kinasih", "Larasati", "Anggraini", "Maharani",
)
_HOUSES = (
    "Wira", "Cakra", "Kerta", "Sasmita", "Arga", "Prana", "Buana", "Tirta", "Surya", "Candra", "Laksa", "Mandra",
    "Giri", "Jaya", "Kesuma", "Nata", "Adi", "Brata", "Wana", "Rekso", "Singa", "Mangku", "Dipo", "Hadi",
)
_ENDS = (
    "wijaya", "atmaja", "negara", "prawira", "diningrat", "kusuma", "putra", "sena", "pati", "rana", "wardana",
    "loka", "yasa", "darma", "nugraha",
)
# fmt: on


def person_name(chance: Random, sex: str) -> str:
    """A name for somebody of sex `m` or `f`: one to three words."""
    first = chance.choice(_STEMS) + chance.choice(_MALE if sex == "m" else _FEMALE)
    draw = chance.random()
    if draw < 0.06:
        return first
    if sex == "f" and draw < 0.45:
        return f"{first} {chance.choice(_SECOND)}"
    house = chance.choice(_HOUSES) + chance.choice(_ENDS)
    if draw > 0.8:
        return f"{first} {chance.choice(_STEMS)}{chance.choice(_MALE)} {house}"
    return f"{first} {house}"
