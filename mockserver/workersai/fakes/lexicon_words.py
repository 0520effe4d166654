"""The lexicon's words. Data, no more: columns are languages, and each row has as many words as there are columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

ENGLISH = """the a is are was and or but not with without for in on of to from who what where when why how i you he she
    we they my your this that it very good bad big small new old here there now today tomorrow yesterday hello thanks
    please yes no world house dog cat fox water bread book friend woman man child day night morning city country
    street sun moon sea boat red green blue white black sleeps eats drinks runs speaks loves sees goes comes one two
    three four five""".split()

COMMON: Mapping[str, str] = {
    "fr": """le un est sont était et ou mais pas avec sans pour dans sur de à depuis qui quoi où quand pourquoi
        comment je vous il elle nous ils mon votre ce que cela très bon mauvais grand petit nouveau vieux ici là
        maintenant aujourd’hui demain hier bonjour merci svp oui non monde maison chien chat renard eau pain livre ami
        femme homme enfant jour nuit matin ville pays rue soleil lune mer bateau rouge vert bleu blanc noir dort mange
        boit court parle aime voit va vient un_ deux trois quatre cinq""",
    "es": """el un es son era y o pero no_ con sin para en sobre de a desde quién qué dónde cuándo porqué cómo yo
        usted él ella nosotros ellos mi su este ese ello muy bueno malo grande pequeño nuevo viejo aquí allí ahora hoy
        mañana ayer hola gracias porfavor sí nunca mundo casa perro gato zorro agua pan libro amigo mujer hombre niño
        día noche madrugada ciudad país calle sol luna mar barco rojo verde azul blanco negro duerme come bebe corre
        habla ama ve va viene uno dos tres cuatro cinco""",
    "de": """der ein ist sind war und oder aber nicht mit ohne für in_ auf von zu aus wer was_ wo wann warum wie
        ich du er sie wir diese mein dein dies das es sehr gut schlecht groß klein neu alt hier dort jetzt heute
        morgen gestern hallo danke bitte ja nein welt haus hund katze fuchs wasser brot buch freund frau mann kind tag
        nacht früh stadt land straße sonne mond meer boot rot grün blau weiß schwarz schläft isst trinkt läuft spricht
        liebt sieht geht kommt eins zwei drei vier fünf""",
    "it": """il un è sono era e o ma non con senza per nel su di a_ da chi cosa dove quando perché come io lei
        egli ella noi loro mio tuo questo quello ciò molto buono cattivo grande piccolo nuovo vecchio qui là adesso
        oggi domani ieri ciao grazie prego sì no_ mondo casa cane gatto volpe acqua pane libro amico donna uomo
        bambino giorno notte mattina città paese strada sole luna mare barca rosso verde blu bianco nero dorme mangia
        beve corre parla ama vede va viene uno due tre quattro cinque""",
    "pt": """o um é são era e ou mas não com sem para em sobre de a_ desde quem quê onde quando porquê como eu
        você ele ela nós eles meu seu este esse isso muito bom mau grande pequeno novo velho aqui ali agora hoje
        amanhã ontem olá obrigado favor sim nunca mundo casa cão gato raposa água pão livro amigo mulher homem criança
        dia noite manhã cidade país rua sol lua mar barco vermelho verde azul branco preto dorme come bebe corre fala
        ama vê vai vem uno dois três quatro cinco""",
    "nl": """de een is_ zijn was_ en of maar niet met zonder voor in_ op van naar uit wie wat waar wanneer waarom
        hoe ik je hij zij wij ze mijn jouw dit dat het erg goed slecht groot klein nieuw oud hier daar nu vandaag
        morgen gisteren hallo bedankt alsjeblieft ja nee wereld huis hond kat vos water_ brood boek vriend vrouw man_
        kind dag nacht ochtend stad land straat zon maan zee boot rood groen blauw wit zwart slaapt eet drinkt rent
        spreekt houdt ziet gaat komt één twee drie vier vijf""",
    "sv": """den en är finns var och eller men inte med utan för i_ på av till från vem vad där_ när varför hur
        jag du han hon vi de min din detta att det mycket bra dålig stor liten ny gammal här där nu idag imorgon igår
        hej tack snälla ja nej värld hus hund katt räv vatten bröd bok vän kvinna man_ barn dag natt morgon stad land
        gata sol måne hav båt röd grön blå vit svart sover äter dricker springer talar älskar ser går kommer ett två
        tre fyra fem""",
    "pl": """ten jeden jest są był oraz lub ale nie z bez dla w na od do skąd kto co gdzie kiedy dlaczego jak ja
        ty on_ ona my_ oni mój twój to tamto ono bardzo dobra zły duży mały nowy stary tutaj tam teraz dzisiaj jutro
        wczoraj cześć dzięki proszę tak żaden świat dom pies kot lis woda chleb książka przyjaciel kobieta mężczyzna
        dziecko dzień noc ranek miasto kraj ulica słońce księżyc morze łódź czerwony zielony niebieski biały czarny
        śpi je pije biegnie mówi kocha widzi idzie przychodzi raz dwa trzy cztery pięć""",
    "tr": """o bir dir vardır idi ve veya ama değil ile olmadan için içinde üzerinde nin e_ den kim ne nerede
        zaman neden nasıl ben sen kendisi oda biz onlar benim senin bu şu onu çok iyi kötü büyük küçük yeni eski
        burada orada şimdi bugün yarın dün merhaba teşekkürler lütfen evet hayır dünya ev köpek kedi tilki su ekmek
        kitap arkadaş kadın adam çocuk gün gece sabah şehir ülke sokak güneş ay deniz tekne kırmızı yeşil mavi beyaz
        siyah uyuyor yiyor içiyor koşuyor konuşuyor seviyor görüyor gidiyor geliyor tek iki üç dört beş""",
    "ru": """этот один есть суть был и или но не с без для в на из к от кто что где когда почему как я вы он она
        мы они мой твой это тот оно очень хороший плохой большой маленький новый старый здесь там сейчас сегодня
        завтра вчера привет спасибо пожалуйста да нет мир дом собака кошка лиса вода хлеб книга друг женщина мужчина
        ребёнок день ночь утро город страна улица солнце луна море лодка красный зелёный синий белый чёрный спит ест
        пьёт бежит говорит любит видит идёт приходит раз два три четыре пять""",
    "hi": """यह एक है हैं था और या लेकिन नहीं साथ बिना लिए में पर का को से कौन क्या कहाँ कब क्यों कैसे मैं आप वह
        वो हम वे मेरा आपका इस उस ये बहुत अच्छा बुरा बड़ा छोटा नया पुराना यहाँ वहाँ अब आज कल बीताकल नमस्ते धन्यवाद
        कृपया हाँ ना दुनिया घर कुत्ता बिल्ली लोमड़ी पानी रोटी किताब दोस्त औरत आदमी बच्चा दिन रात सुबह शहर देश सड़क
        सूरज चाँद समुद्र नाव लाल हरा नीला सफ़ेद काला सोती खाता पीता दौड़ता बोलता प्यार देखता जाता आता इक दो तीन चार
        पाँच""",
}
"""Words in the order of `ENGLISH`; one with a low line behind it stands for a word that is taken, and is left out."""

_TABLE = """
en fr es de it pt nl sv pl tr ru
have ai tengo habe ho tenho heb har mam sahibim имею
has a tiene hat ha tem heeft äger ma sahip имеет
can peut puede kann può pode kan kan może ebilir может
must doit debe muss deve deve moet måste musi gerek должен
want veux quiero möchte voglio quero wil vill chcę istiyorum хочу
need besoin necesito brauche bisogno preciso nodig behöver potrzebuję ihtiyacım нужно
know sais sé weiß_ so_ sei weet vet wiem biliyorum знаю
think pense pienso denke penso penso denk tror myślę düşünüyorum думаю
make faire hacer machen fare fazer maken göra robić yapmak делать
take prendre tomar nehmen prendere tomar nemen ta brać almak брать
give donner dar geben dare_ dar geven ge dawać vermek давать
find trouver encontrar finden trovare encontrar vinden hitta znaleźć bulmak найти
say dire decir sagen dire dizer zeggen säga powiedzieć demek сказать
read lire leer lesen leggere ler lezen läsa czytać okumak читать
write écrire escribir schreiben scrivere escrever schrijven skriva pisać yazmak писать
buy acheter comprar kaufen comprare comprar kopen köpa kupić satın купить
sell vendre vender verkaufen vendere vender verkopen sälja sprzedać satmak продать
work travail trabajo arbeit lavoro trabalho werk arbete praca iş работа
play jouer jugar spielen giocare jogar spelen spela grać oynamak играть
learn apprendre aprender lernen imparare aprender leren lära uczyć öğrenmek учить
live vivre vivir leben vivere viver leven leva żyć yaşamak жить
help aide ayuda hilfe aiuto ajuda hulp hjälp pomoc yardım помощь
travel voyager viajar reisen viaggiare viajar reizen resa podróżować seyahat путешествовать
wait attendre esperar warten aspettare esperar wachten vänta czekać beklemek ждать
open ouvert abierto offen aperto aberto open öppen otwarty açık открытый
closed fermé cerrado geschlossen chiuso fechado gesloten stängd zamknięty kapalı закрытый
time temps tiempo zeit tempo tempo tijd tid czas vakit время
year an año jahr anno ano jaar år rok yıl год
month mois mes monat mese mês maand månad miesiąc ay_ месяц
week semaine semana woche settimana semana week vecka tydzień hafta неделя
hour heure hora stunde ora hora uur timme godzina saat час
minute minute minuto minute minuto minuto minuut minut minuta dakika минута
summer été verano sommer estate verão zomer sommar lato yaz лето
winter hiver invierno winter inverno inverno winter vinter zima kış зима
spring printemps primavera frühling primavera primavera lente vår wiosna ilkbahar весна
autumn automne otoño herbst autunno outono herfst höst jesień sonbahar осень
evening soir tarde abend sera noitinha avond kväll wieczór akşam вечер
family famille familia familie famiglia família familie familj rodzina aile семья
mother mère madre mutter madre mãe moeder mor matka anne мать
father père padre vater padre pai vader far ojciec baba отец
brother frère hermano bruder fratello irmão broer bror brat kardeş брат
sister sœur hermana schwester sorella irmã zus syster siostra abla сестра
son fils hijo sohn figlio filho zoon son syn oğul сын
daughter fille hija tochter figlia filha dochter dotter córka kız дочь
name nom nombre name nome nome naam namn imię isim имя
people gens gente leute gente pessoas mensen människor ludzie insanlar люди
school école escuela schule scuola escola school skola szkoła okul школа
teacher professeur profesor lehrer insegnante professor leraar lärare nauczyciel öğretmen учитель
student étudiant estudiante student studente estudante student student uczeń öğrenci студент
doctor médecin médico arzt medico médico dokter läkare lekarz doktor врач
car voiture coche auto macchina carro auto bil samochód araba машина
train train tren zug treno trem trein tåg pociąg tren поезд
road route carretera weg via estrada weg väg droga yol дорога
door porte puerta tür porta porta deur dörr drzwi kapı дверь
window fenêtre ventana fenster finestra janela raam fönster okno pencere окно
table table mesa tisch tavolo mesa tafel bord stół masa стол
chair chaise silla stuhl sedia cadeira stoel stol krzesło sandalye стул
room chambre habitación zimmer stanza quarto kamer rum pokój odam комната
kitchen cuisine cocina küche cucina cozinha keuken kök kuchnia mutfak кухня
garden jardin jardín garten giardino jardim tuin trädgård ogród bahçe сад
tree arbre árbol baum albero árvore boom träd drzewo ağaç дерево
flower fleur flor blume fiore flor bloem blomma kwiat çiçek цветок
river fleuve río fluss fiume rio rivier flod rzeka nehir река
mountain montagne montaña berg montagna montanha berg berg góra dağ гора
sky ciel cielo himmel cielo céu hemel himmel niebo gökyüzü небо
rain pluie lluvia regen pioggia chuva regen regn deszcz yağmur дождь
snow neige nieve schnee neve neve sneeuw snö śnieg kar снег
wind vent viento wind vento vento wind vind wiatr rüzgar ветер
fire feu fuego feuer fuoco fogo vuur eld ogień ateş огонь
food nourriture comida essen cibo comida eten mat jedzenie yemek еда
apple pomme manzana apfel mela maçã appel äpple jabłko elma яблоко
milk lait leche milch latte leite melk mjölk mleko süt молоко
coffee café café kaffee caffè café koffie kaffe kawa kahve кофе
tea thé té tee tè chá thee te herbata çay чай
wine vin vino wein vino vinho wijn vin wino şarap вино
cheese fromage queso käse formaggio queijo kaas ost ser peynir сыр
meat viande carne fleisch carne carne vlees kött mięso et мясо
fish poisson pescado fisch pesce peixe vis fisk ryba balık рыба
sugar sucre azúcar zucker zucchero açúcar suiker socker cukier şeker сахар
salt sel sal salz sale sal zout salt sól tuz соль
money argent dinero geld denaro dinheiro geld pengar pieniądze para деньги
shop magasin tienda laden negozio loja winkel affär sklep dükkan магазин
price prix precio preis prezzo preço prijs pris cena fiyat цена
letter lettre carta brief lettera carta brief brev list mektup письмо
question question pregunta frage domanda pergunta vraag fråga pytanie soru вопрос
answer réponse respuesta antwort risposta resposta antwoord svar odpowiedź cevap ответ
word mot palabra wort parola palavra woord ord słowo kelime слово
language langue idioma sprache lingua língua taal språk język dil язык
music musique música musik musica música muziek musik muzyka müzik музыка
film film película film film filme film film film film фильм
heart cœur corazón herz cuore coração hart hjärta serce kalp сердце
hand main mano hand mano mão hand hand ręka el рука
eye œil ojo auge occhio olho oog öga oko göz глаз
head tête cabeza kopf testa cabeça hoofd huvud głowa baş голова
life vie vida leben_ vita vida leven_ liv życie hayat жизнь
peace paix paz frieden pace paz vrede fred pokój_ barış мир_
long long largo lang lungo longo lang lång długi uzun длинный
short court_ corto kurz corto curto kort kort krótki kısa короткий
hot chaud caliente heiß caldo quente heet het gorący sıcak горячий
cold froid frío kalt freddo frio koud kall zimny soğuk холодный
fast rapide rápido schnell veloce rápido snel snabb szybki hızlı быстрый
quick vite veloz flink rapido veloz vlug kvick prędki çabuk скорый
slow lent lento langsam lento lento langzaam långsam wolny yavaş медленный
easy facile fácil leicht facile fácil makkelijk lätt łatwy kolay лёгкий
difficult difficile difícil schwierig difficile difícil moeilijk svår trudny zor трудный
beautiful beau hermoso schön bello bonito mooi vacker piękny güzel красивый
happy heureux feliz glücklich felice feliz blij glad szczęśliwy mutlu счастливый
sad triste triste traurig triste triste verdrietig ledsen smutny üzgün грустный
tired fatigué cansado müde stanco cansado moe trött zmęczony yorgun усталый
young jeune joven jung giovane jovem jong ung młody genç молодой
rich riche rico reich ricco rico rijk rik bogaty zengin богатый
poor pauvre pobre arm povero pobre arm fattig biedny fakir бедный
full plein lleno voll pieno cheio vol full pełny dolu полный
empty vide vacío leer vuoto vazio leeg tom_ pusty boş пустой
first premier primero erste primo primeiro eerste första pierwszy ilk первый
last dernier último letzte ultimo último laatste sista ostatni son_ последний
important important importante wichtig importante importante belangrijk viktig ważny önemli важный
many beaucoup muchos viele molti muitos veel många wiele birçok много
more plus más mehr più mais meer mer więcej daha больше
all tous todos alle tutti todos alle alla wszyscy hepsi все
some quelques algunos einige alcuni alguns sommige några kilka bazı некоторые
every chaque cada jeder ogni cada elke varje każdy her каждый
only seulement solo nur solo apenas slechts bara tylko sadece только
also aussi también auch anche também ook också także ayrıca также
always toujours siempre immer sempre sempre altijd alltid zawsze her_ всегда
often souvent seguido oft spesso frequente vaak ofta często sık часто
again encore otra wieder ancora novamente weer igen znowu tekrar снова
because parce porque weil poiché porque omdat eftersom ponieważ çünkü потому
if si si wenn se se als om jeśli eğer если
then alors entonces dann allora então dan då potem sonra тогда
after après después nach dopo depois na efter po ardından после
before avant antes vor prima antes voor_ före przed önce до
under sous bajo unter sotto sob onder under pod altında под
between entre entre zwischen tra entre tussen mellan między arasında между
six six seis sechs sei seis zes sex sześć altı шесть
seven sept siete sieben sette sete zeven sju siedem yedi семь
eight huit ocho acht otto oito acht åtta osiem sekiz восемь
nine neuf nueve neun nove nove negen nio dziewięć dokuz девять
ten dix diez zehn dieci dez tien tio dziesięć on десять
hundred cent cien hundert cento cem honderd hundra sto yüz сто
goodbye adieu adiós tschüss arrivederci adeus doei hejdå żegnaj hoşçakal прощай
sorry pardon perdón entschuldigung scusa desculpe sorry förlåt przepraszam pardon извини
welcome bienvenue bienvenido willkommen benvenuto bemvindo welkom välkommen witaj hoşgeldin добро
brown brun marrón braun marrone marrom bruin brun brązowy kahverengi коричневый
yellow jaune amarillo gelb giallo amarelo geel gul żółty sarı жёлтый
love amour amor liebe amore amor liefde kärlek miłość aşk любовь
like comme gusta mag piace gosto graag gillar lubię gibi нравится
am suis soy bin sono_ sou ben är_ jestem im есмь
do fais hago tue faccio faço doe gör robię yap делаю
me moi me_ mich me_ mim mij mig mnie beni меня
him lui lo ihn lui lhe hem honom jego ona его
her sa su_ ihr sua dela haar henne jej onun её
our notre nuestro unser nostro nosso ons vår_ nasz bizim наш
their leur sus deren loro_ deles hun deras ich onların их
animal animal animal tier animale animal dier djur zwierzę hayvan животное
bird oiseau pájaro vogel uccello pássaro vogel fågel ptak kuş птица
horse cheval caballo pferd cavallo cavalo paard häst koń at лошадь
paper papier papel papier carta papel papier papper papier kağıt бумага
news nouvelles noticias nachrichten notizie notícias nieuws nyheter wiadomości haber новости
problem problème problema problem problema problema probleem problem problem sorun проблема
hotel hôtel hotel hotel albergo hotel hotel hotell hotel otel отель
"""

_NONE = "-"
_PHRASES = """
en           | fr             | es              | de            | it             | pt             | nl
good morning | bon matin      | buenos días     | guten Morgen  | buon giorno    | bom dia        | goede morgen
good day     | bonne journée  | buen día        | guten Tag     | bella giornata | -              | goede dag
good evening | bonne soirée   | buenas tardes   | guten Abend   | buona sera     | boa tarde      | goede avond
good night   | bonne nuit     | buenas noches   | gute Nacht    | buona notte    | boa noite      | goede nacht
thank you    | merci beaucoup | muchas gracias  | vielen Dank   | molte grazie   | muito obrigado | dank u

en           | sv             | pl              | tr            | ru             | hi
good morning | god morgon     | dzień dobry     | iyi sabahlar  | доброе утро    | शुभ प्रभात
good day     | god dag        | -               | iyi günler    | добрый день    | शुभ दिन
good evening | god kväll      | miłego wieczoru | iyi akşamlar  | добрый вечер   | शुभ संध्या
good night   | god natt       | dobrej nocy     | iyi geceler   | доброй ночи    | शुभ रात्रि
thank you    | tack så        | dziękuję ci     | teşekkür ederim | благодарю вас | आपका धन्यवाद
"""
"""Phrases of two words, which no translation word by word would get right; a hyphen where there is none."""
FORMS: Mapping[str, str] = {
    "fr": """the: la les; a: une; my: ma mes; your: vos; this: cette ces; good: bonne bons bonnes; big: grande
        grands; small: petite petits; new: nouvelle nouveaux; old: vieille; beautiful: belle; is: c’est; to: au aux;
        red: rouges; white: blanche; black: noire; have: avez avons; want: veut voulez; can: peux pouvez; go: vais""",
    "es": """the: la los las; a: una; my: mis; good: buena buenos buenas; is: está; are: están; small: pequeña;
        new: nueva; old: vieja; white: blanca; black: negra; red: roja; have: tenemos; want: quiere; you:
        tú; your: tu""",
    "de": """the: die den dem des; a: eine einen einem einer; good: guten gute guter gutes; my: meine meinen
        meiner; your: deine deinen; big: große großen großer; small: kleine kleinen kleiner; new: neue neuen neuer;
        old: alte alten alter; not: kein keine keinen; red: rote roten; white: weiße; black: schwarze; have: haben
        habt; is: bin; you: dir dich Sie; this: dieser dieses diesen; to: zum zur; in: im; beautiful: schöne schönen""",
    "it": """the: la lo gli le; a: una; my: mia miei; good: buona buoni; is: sta; small: piccola; new: nuova;
        old: vecchia; white: bianca; red: rossa; black: nera; have: abbiamo; of: del della""",
    "pt": """the: os as; a: uma; my: minha; good: boa bons; is: está; are: estão; small: pequena; new: nova; old:
        velha; white: branca; red: vermelha; black: preta; have: temos; of: da dos""",
    "nl": """good: goede; big: grote; small: kleine; new: nieuwe; old: oude; have: hebben; you: jij u; beautiful:
        mooie; my: mijne""",
    "sv": """good: god goda gott; big: stora stort; small: lilla litet; new: nytt nya; old: gammalt gamla; a:
        ett; not: ej""",
    "pl": """good: dobry dobre dobrze; big: duża duże; small: mała małe; new: nowa nowe; old: stara stare; my:
        moja moje""",
    "tr": """good: güzelce; is: dır dur; you: siz; your: sizin""",
    "ru": """good: хорошо хорошая добрый доброе; big: большая; small: маленькая; new: новая новое; old: старая;
        my: моя моё; this: эта эти; red: красная; white: белая; black: чёрная; you: ты""",
}
"""Further forms of words: they lead to the English word and an unseen mark, which leads back."""


def rows() -> Iterator[dict[str, str]]:
    """Yield the words of each row of the table by language."""
    head, *lines = (line.split() for line in _TABLE.strip().splitlines())
    for line in lines:
        yield dict(zip(head, line, strict=True))


def phrases(code: str) -> Iterator[tuple[str, str]]:
    """Yield the phrases of English and a language."""
    for block in _PHRASES.strip().split("\n\n"):
        head, *lines = ([part.strip() for part in line.split("|")] for line in block.splitlines())
        for line in lines:
            row = dict(zip(head, line, strict=True))
            if row.get(code, _NONE) != _NONE:
                yield row["en"], row[code]


def forms(code: str) -> Iterator[tuple[str, list[str]]]:
    """Yield English words and the further forms that they have in a language."""
    for entry in FORMS.get(code, "").split(";"):
        english, _, listed = entry.partition(":")
        yield english.strip(), listed.split()
