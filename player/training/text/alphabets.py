"""Words and letters of many scripts."""

from __future__ import annotations

_COMMON = (
    "the of and to in is you that it he was for on are as with his they at be this have from or one had by word but "
    "not what all were we when your can said there use an each which she do how their if will up other about out "
    "many then them these so some her would make like him into time has look two more write go see number no way "
    "could people my than first water been call who oil its now find long down day did get come made may part live "
    "news sport goal final match home away press enter open close file edit view help play pause stop start settings "
    "search menu exit street avenue market hotel cafe museum parking station airport police danger keep left right "
    "push pull sale free season episode chapter scene camera record channel breaking world weather today tonight "
    "minutes director producer"
)
WORDS = tuple(_COMMON.split())
"""Common ones and those of captions, boards, signs and windows."""

LETTERS = {
    "cyrillic": "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "greek": "αβγδεζηθικλμνξοπρστυφχψω",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "hebrew": "אבגדהוזחטיכלמנסעפצקרשתםןץ",
    "armenian": "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցփք",
    "georgian": "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
    "kana": "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん"
    "アイウエオカキクケコサシスセソ",
    "devanagari": "कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह",
    "bengali": "কখগঘচছজঝটঠডঢণতথদধনপফবভমযরলশষসহ",
    "tamil": "கஙசஞடணதநபமயரலவழளறன",
    "thai": "กขคงจฉชซญฎฐณดตถทธนบปผฝพฟภมยรลวศษสหอฮ",
}
HAN = (
    "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場金員九入選立開手米力学問高代明実円関決子動京全目表戦経"
    "通外最言氏現理調体化田当八六約主題下首意法不来作性的要用制治度務強気小七成期公持野協取都和統以機平総加山思家話世受区領多県続進正安設保改数記院女初北午指権心界支"
    "第産結百派点教報済書府活原先共得解名交資予川向際査勝面委告軍文反元重近千考判認画海参売利組知案道信策集在件団別物側任引使求所次水半品昨論計死官増係感特情投示変打"
    "男基私各始島直両朝革価式確村提運終挙果西勢減台広容必応演電歳住争談能無再位置企真流格有疑口過局少放税検町常校料裁状工建語球営空職証土与急止送援供可役構木割聞身費"
)
SIGNS = {
    "devanagari": "ािीुूेैोौं",
    "bengali": "ািীুূেৈোৌ",
    "tamil": "ாிீுூெேைொோ",
    "thai": "ะาิีึืุูเแโใ",
}
"""Vowel signs that follow a letter."""
JOINED = {"kana", "han", "thai"}
"""Written without spaces."""
CASED = {"latin", "cyrillic", "greek", "armenian"}
LATIN_EXTRA = "éèüöäñçåøšžłğ"
