"""The default three-level category tree, with its names in seven languages."""

# ruff: noqa: E501  (a table reads best with one node a line)

from elko_mock.trade.product import Category

# Inner nodes: `root: name|...` and `group: name|...`; leaves follow their group as `CODE|name|...`.
# Languages in the order of languages.LANGUAGES: EN LV LT EE RO RU UA. A leaf under two groups is written twice.
_TREE = """
= Components|Komponentes|Komponentai|Komponendid|Componente|Комплектующие|Комплектуючі
- Processors and boards|Procesori un plates|Procesoriai ir plokštės|Protsessorid ja plaadid|Procesoare și plăci|Процессоры и платы|Процесори та плати
CPU|Processors|Procesori|Procesoriai|Protsessorid|Procesoare|Процессоры|Процесори
MBA|Motherboards|Mātesplates|Pagrindinės plokštės|Emaplaadid|Plăci de bază|Материнские платы|Материнські плати
MEM|Memory|Operatīvā atmiņa|Operatyvioji atmintis|Mälud|Memorii|Оперативная память|Оперативна пам'ять
CLR|Coolers|Dzesētāji|Aušintuvai|Jahutid|Coolere|Кулеры|Кулери
- Graphics and cases|Videokartes un korpusi|Vaizdo plokštės ir korpusai|Videokaardid ja korpused|Plăci video și carcase|Видеокарты и корпуса|Відеокарти та корпуси
VGA|Graphics cards|Videokartes|Vaizdo plokštės|Videokaardid|Plăci video|Видеокарты|Відеокарти
CAS|Cases|Korpusi|Korpusai|Korpused|Carcase|Корпуса|Корпуси
PSU|Power supplies|Barošanas bloki|Maitinimo blokai|Toiteplokid|Surse|Блоки питания|Блоки живлення
- Drives|Diski|Diskai|Kettad|Unități de stocare|Накопители|Накопичувачі
SSD|Solid state drives|SSD diski|SSD diskai|SSD kettad|Unități SSD|Диски SSD|Диски SSD
HDD|Hard disk drives|Cietie diski|Kietieji diskai|Kõvakettad|Hard disk-uri|Жёсткие диски|Жорсткі диски
EXD|External drives|Ārējie diski|Išoriniai diskai|Välised kettad|Unități externe|Внешние диски|Зовнішні диски
USB|Flash drives|Zibatmiņas|USB atmintinės|Mälupulgad|Stick-uri USB|Флеш-накопители|Флеш-накопичувачі
MC|Memory cards|Atmiņas kartes|Atminties kortelės|Mälukaardid|Carduri de memorie|Карты памяти|Карти пам'яті
NAS|Network storage|Tīkla krātuves|Tinklo saugyklos|Võrgusalvestid|Stocare în rețea|Сетевые хранилища|Мережеві сховища
= Computers|Datori|Kompiuteriai|Arvutid|Calculatoare|Компьютеры|Комп'ютери
- Portable computers|Portatīvie datori|Nešiojamieji kompiuteriai|Kaasaskantavad arvutid|Calculatoare portabile|Портативные компьютеры|Портативні комп'ютери
NB|Notebooks|Klēpjdatori|Nešiojamieji|Sülearvutid|Laptopuri|Ноутбуки|Ноутбуки
TAB|Tablets|Planšetdatori|Planšetės|Tahvelarvutid|Tablete|Планшеты|Планшети
NBB|Notebook bags|Datorsomas|Krepšiai kompiuteriams|Sülearvutikotid|Genți laptop|Сумки для ноутбуков|Сумки для ноутбуків
NBC|Notebook chargers|Klēpjdatoru lādētāji|Nešiojamųjų įkrovikliai|Sülearvuti laadijad|Încărcătoare laptop|Зарядки для ноутбуков|Зарядки для ноутбуків
- Desktop computers|Galda datori|Stacionarūs kompiuteriai|Lauaarvutid|Calculatoare de birou|Настольные компьютеры|Настільні комп'ютери
PC|Desktops|Sistēmbloki|Sisteminiai blokai|Lauaarvutid|Desktop-uri|Системные блоки|Системні блоки
AIO|All-in-one computers|Monobloki|Kompiuteriai viskas viename|Kõik-ühes arvutid|All-in-one|Моноблоки|Моноблоки
MPC|Mini computers|Mini datori|Mini kompiuteriai|Miniarvutid|Mini PC|Мини-ПК|Міні-ПК
- Servers|Serveri|Serveriai|Serverid|Servere|Серверы|Сервери
SRV|Servers|Serveri|Serveriai|Serverid|Servere|Серверы|Сервери
SRO|Server options|Serveru opcijas|Serverių priedai|Serverite lisad|Opțiuni servere|Опции для серверов|Опції для серверів
RCK|Racks|Serveru skapji|Serverių spintos|Seadmekapid|Rackuri|Серверные шкафы|Серверні шафи
NAS|Network storage|Tīkla krātuves|Tinklo saugyklos|Võrgusalvestid|Stocare în rețea|Сетевые хранилища|Мережеві сховища
= Displays|Displeji|Ekranai|Kuvarid|Ecrane|Дисплеи|Дисплеї
- Monitors|Monitori|Monitoriai|Monitorid|Monitoare|Мониторы|Монітори
LC2|LCD monitors up to 22"|LCD monitori līdz 22"|LCD monitoriai iki 22"|LCD monitorid kuni 22"|Monitoare LCD până la 22"|Мониторы до 22"|Монітори до 22"
LC3|LCD monitors 23" to 25"|LCD monitori 23"-25"|LCD monitoriai 23"-25"|LCD monitorid 23"-25"|Monitoare LCD 23"-25"|Мониторы 23"-25"|Монітори 23"-25"
LC4|LCD monitors from 27"|LCD monitori no 27"|LCD monitoriai nuo 27"|LCD monitorid alates 27"|Monitoare LCD de la 27"|Мониторы от 27"|Монітори від 27"
LCA|Monitor arms|Monitoru kronšteini|Monitorių laikikliai|Monitorihoidikud|Suporturi monitor|Кронштейны|Кронштейни
- Presentation|Prezentācijas tehnika|Pristatymų įranga|Esitlustehnika|Prezentare|Презентационное оборудование|Презентаційне обладнання
PRJ|Projectors|Projektori|Projektoriai|Projektorid|Proiectoare|Проекторы|Проектори
LFD|Large format displays|Lielformāta displeji|Didelio formato ekranai|Suureformaadilised ekraanid|Ecrane de mari dimensiuni|Панели большого формата|Панелі великого формату
TV|Television sets|Televizori|Televizoriai|Telerid|Televizoare|Телевизоры|Телевізори
= Networking|Tīkla iekārtas|Tinklo įranga|Võrguseadmed|Rețelistică|Сетевое оборудование|Мережеве обладнання
- Wired networks|Vadu tīkli|Laidiniai tinklai|Kaabelvõrgud|Rețele cu fir|Проводные сети|Дротові мережі
SWI|Switches|Komutatori|Komutatoriai|Kommutaatorid|Switch-uri|Коммутаторы|Комутатори
RTR|Routers|Maršrutētāji|Maršrutizatoriai|Marsruuterid|Routere|Маршрутизаторы|Маршрутизатори
SFP|Transceivers|SFP moduļi|SFP moduliai|SFP moodulid|Transceivere|Модули SFP|Модулі SFP
PTC|Patch cables|Tīkla kabeļi|Tinklo kabeliai|Võrgukaablid|Cabluri de rețea|Патч-корды|Патч-корди
- Wireless networks|Bezvadu tīkli|Belaidžiai tinklai|Traadita võrgud|Rețele wireless|Беспроводные сети|Бездротові мережі
WAP|Access points|Piekļuves punkti|Prieigos taškai|Pääsupunktid|Puncte de acces|Точки доступа|Точки доступу
WRT|Wireless routers|Bezvadu maršrutētāji|Belaidžiai maršrutizatoriai|Traadita marsruuterid|Routere wireless|Беспроводные роутеры|Бездротові роутери
WAD|Wireless adapters|Bezvadu adapteri|Belaidžiai adapteriai|Traadita adapterid|Adaptoare wireless|Адаптеры Wi-Fi|Адаптери Wi-Fi
- Security|Drošība|Apsauga|Turvalisus|Securitate|Безопасность|Безпека
FWL|Firewalls|Ugunsmūri|Ugniasienės|Tulemüürid|Firewall-uri|Межсетевые экраны|Міжмережеві екрани
CAM|Network cameras|IP kameras|IP kameros|IP-kaamerad|Camere IP|IP-камеры|IP-камери
NVR|Video recorders|Videoreģistratori|Vaizdo įrašymo įrenginiai|Videosalvestid|Înregistratoare video|Видеорегистраторы|Відеореєстратори
= Peripherals|Perifērija|Periferija|Välisseadmed|Periferice|Периферия|Периферія
- Input devices|Ievadierīces|Įvesties įrenginiai|Sisendseadmed|Dispozitive de intrare|Устройства ввода|Пристрої введення
KBD|Keyboards|Klaviatūras|Klaviatūros|Klaviatuurid|Tastaturi|Клавиатуры|Клавіатури
MOU|Mice|Peles|Pelės|Hiired|Mouse-uri|Мыши|Миші
GPD|Game controllers|Spēļu kontrolieri|Žaidimų pulteliai|Mängupuldid|Controlere|Геймпады|Геймпади
- Sound and picture|Skaņa un attēls|Garsas ir vaizdas|Heli ja pilt|Sunet și imagine|Звук и изображение|Звук і зображення
HDP|Headphones|Austiņas|Ausinės|Kõrvaklapid|Căști|Наушники|Навушники
SPK|Speakers|Skaļruņi|Garsiakalbiai|Kõlarid|Boxe|Колонки|Колонки
WEB|Webcams|Tīmekļa kameras|Internetinės kameros|Veebikaamerad|Camere web|Веб-камеры|Вебкамери
- Printing|Druka|Spausdinimas|Printimine|Imprimare|Печать|Друк
PRL|Laser printers|Lāzerprinteri|Lazeriniai spausdintuvai|Laserprinterid|Imprimante laser|Лазерные принтеры|Лазерні принтери
MFP|Multifunction printers|Daudzfunkciju iekārtas|Daugiafunkciai įrenginiai|Kombainid|Multifuncționale|МФУ|БФП
TON|Toner cartridges|Toneri|Toneriai|Toonerid|Tonere|Тонеры|Тонери
INK|Ink cartridges|Tintes|Rašalo kasetės|Tindid|Cartușe|Чернила|Чорнила
SCN|Scanners|Skeneri|Skeneriai|Skannerid|Scanere|Сканеры|Сканери
= Mobile|Mobilās ierīces|Mobilieji įrenginiai|Mobiilseadmed|Mobile|Мобильные устройства|Мобільні пристрої
- Phones|Tālruņi|Telefonai|Telefonid|Telefoane|Телефоны|Телефони
SMP|Smartphones|Viedtālruņi|Išmanieji telefonai|Nutitelefonid|Smartphone-uri|Смартфоны|Смартфони
PHC|Phone cases|Tālruņu maciņi|Telefonų dėklai|Telefoniümbrised|Huse telefon|Чехлы|Чохли
PWB|Power banks|Ārējie akumulatori|Išorinės baterijos|Akupangad|Baterii externe|Внешние аккумуляторы|Зовнішні акумулятори
CHG|Chargers|Lādētāji|Įkrovikliai|Laadijad|Încărcătoare|Зарядные устройства|Зарядні пристрої
- Wearables and drones|Valkājamās ierīces un droni|Dėvimi įrenginiai ir dronai|Kantavad seadmed ja droonid|Purtabile și drone|Носимые устройства и дроны|Носимі пристрої та дрони
SWA|Smart watches|Viedpulksteņi|Išmanieji laikrodžiai|Nutikellad|Ceasuri inteligente|Умные часы|Розумні годинники
DRN|Drones|Droni|Dronai|Droonid|Drone|Дроны|Дрони
ACM|Action cameras|Sporta kameras|Veiksmo kameros|Seikluskaamerad|Camere de acțiune|Экшн-камеры|Екшн-камери
= Power and cables|Barošana un kabeļi|Maitinimas ir kabeliai|Toide ja kaablid|Alimentare și cabluri|Питание и кабели|Живлення та кабелі
- Power protection|Barošanas aizsardzība|Maitinimo apsauga|Toitekaitse|Protecție alimentare|Защита питания|Захист живлення
UPS|Uninterruptible power supplies|UPS|UPS|UPS|UPS-uri|ИБП|ДБЖ
UPB|UPS batteries|UPS akumulatori|UPS baterijos|UPS akud|Baterii UPS|Батареи для ИБП|Батареї для ДБЖ
SRG|Surge protectors|Pārsprieguma filtri|Apsaugos nuo viršįtampių|Liigpingekaitsmed|Protecție supratensiune|Сетевые фильтры|Мережеві фільтри
- Cables and docks|Kabeļi un dokstacijas|Kabeliai ir stotelės|Kaablid ja dokid|Cabluri și docuri|Кабели и док-станции|Кабелі та док-станції
CUS|USB cables|USB kabeļi|USB kabeliai|USB-kaablid|Cabluri USB|Кабели USB|Кабелі USB
CVD|Video cables|Video kabeļi|Vaizdo kabeliai|Videokaablid|Cabluri video|Видеокабели|Відеокабелі
DOC|Docking stations|Dokstacijas|Stotelės|Dokijaamad|Stații de andocare|Док-станции|Док-станції
= Home|Mājai|Namams|Kodu|Casă|Дом|Дім
- Smart home|Viedā māja|Išmanieji namai|Nutikodu|Casă inteligentă|Умный дом|Розумний дім
SHS|Smart sensors|Viedie sensori|Išmanieji jutikliai|Nutiandurid|Senzori inteligenți|Датчики|Датчики
LGT|Smart lighting|Viedais apgaismojums|Išmanusis apšvietimas|Nutivalgustus|Iluminat inteligent|Умный свет|Розумне світло
RVC|Robot vacuums|Robotu putekļsūcēji|Dulkių siurbliai robotai|Robottolmuimejad|Aspiratoare robot|Роботы-пылесосы|Роботи-пилососи
- Gaming|Spēles|Žaidimai|Mängud|Gaming|Игры|Ігри
CON|Game consoles|Spēļu konsoles|Žaidimų konsolės|Mängukonsoolid|Console|Игровые консоли|Ігрові консолі
GCH|Gaming chairs|Spēļu krēsli|Žaidimų kėdės|Mänguritoolid|Scaune gaming|Игровые кресла|Ігрові крісла
- Household|Mājsaimniecība|Buitinė technika|Majapidamine|Electrocasnice|Бытовая техника|Побутова техніка
COF|Coffee machines|Kafijas automāti|Kavos aparatai|Kohvimasinad|Espressoare|Кофемашины|Кавомашини
AIR|Air purifiers|Gaisa attīrītāji|Oro valytuvai|Õhupuhastid|Purificatoare de aer|Очистители воздуха|Очищувачі повітря
= Software|Programmatūra|Programinė įranga|Tarkvara|Software|Программы|Програми
- Licences|Licences|Licencijos|Litsentsid|Licențe|Лицензии|Ліцензії
OSW|Operating systems|Operētājsistēmas|Operacinės sistemos|Operatsioonisüsteemid|Sisteme de operare|Операционные системы|Операційні системи
OFW|Office software|Biroja programmas|Biuro programos|Kontoritarkvara|Software de birou|Офисные программы|Офісні програми
AVS|Antivirus software|Antivīrusi|Antivirusinės|Viirusetõrje|Antivirus|Антивирусы|Антивіруси
"""

_FIRST_ID = 4_000
_IDS = {"CPU": 4028}
"""The one id that a public client is known to send (`CPU_4028`)."""


def default_tree() -> tuple[Category, ...]:
    """The tree's roots."""
    roots: list[tuple[int, tuple[str, ...], list[tuple[int, tuple[str, ...], list[Category]]]]] = []
    taken = set(_IDS.values())
    following = (number for number in range(_FIRST_ID, 2 * _FIRST_ID) if number not in taken)
    for line in _TREE.strip().splitlines():
        if line.startswith("= "):
            roots.append((next(following), tuple(line[2:].split("|")), []))
        elif line.startswith("- "):
            roots[-1][2].append((next(following), tuple(line[2:].split("|")), []))
        else:
            code, *names = line.split("|")
            number = _IDS[code] if code in _IDS else next(following)
            roots[-1][2][-1][2].append(Category(number, code, tuple(names)))
    return tuple(
        Category(
            number,
            "",
            names,
            tuple(Category(inner, "", inner_names, tuple(leaves)) for inner, inner_names, leaves in groups),
        )
        for number, names, groups in roots
    )
