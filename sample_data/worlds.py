"""Industries and cultures: the words an account's notes and people are drawn from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Industry:
    """What a kind of customer does with the product.

    Args:
        name: as the CRM says it.
        place: what a site is called.
        things: what they record with us, plural and singular.
        more: the second use they dream of.
        systems: what they want it connected to.
        crew: who uses it all day.
        kpi: what they measure, with unit, start, goal and whether more is better.
    """

    name: str
    place: str
    thing: str
    thing1: str
    more: str
    systems: tuple[str, ...]
    crew: str
    kpi: tuple[str, str, int, int]


INDUSTRIES: dict[str, Industry] = {
    "logistics": Industry(
        "Logistics",
        "hub",
        "dock inspections",
        "dock inspection",
        "damage claims",
        ("SAP TM", "Blue Yonder", "the yard system"),
        "dock crew",
        ("claims without photo", "%", 38, 5),
    ),
    "manufacturing": Industry(
        "Manufacturing",
        "plant",
        "line checks",
        "line check",
        "changeover sheets",
        ("SAP PM", "Siemens Opcenter", "the old MES"),
        "shift leads",
        ("unplanned stops a week", "", 19, 8),
    ),
    "retail": Industry(
        "Retail",
        "store",
        "store audits",
        "store audit",
        "planogram checks",
        ("Oracle Retail", "the till system", "ServiceNow"),
        "store managers",
        ("audits on time", "%", 54, 90),
    ),
    "health": Industry(
        "Health care",
        "ward",
        "equipment rounds",
        "equipment round",
        "hygiene checks",
        ("Dräger Connect", "Epic", "the asset register"),
        "ward nurses",
        ("devices overdue for service", "", 212, 40),
    ),
    "hotels": Industry(
        "Hospitality",
        "house",
        "room inspections",
        "room inspection",
        "minibar counts",
        ("Opera", "Mews", "the key system"),
        "floor supervisors",
        ("rooms ready by two o'clock", "%", 71, 95),
    ),
    "energy": Industry(
        "Energy",
        "site",
        "turbine checks",
        "turbine check",
        "permit-to-work forms",
        ("IBM Maximo", "the SCADA export", "SAP PM"),
        "field technicians",
        ("days from finding to repair", "d", 17, 6),
    ),
    "food": Industry(
        "Food and beverage",
        "kitchen",
        "temperature logs",
        "temperature log",
        "allergen checks",
        ("Infor M3", "the cold-chain sensors", "Navision"),
        "quality team",
        ("logs without gaps", "%", 63, 98),
    ),
    "construction": Industry(
        "Construction",
        "site",
        "site walks",
        "site walk",
        "defect lists",
        ("Procore", "Autodesk Build", "the ERP"),
        "foremen",
        ("open defects at hand-over", "", 140, 35),
    ),
    "pharma": Industry(
        "Life sciences",
        "lab",
        "batch reviews",
        "batch review",
        "deviation reports",
        ("Veeva", "TrackWise", "the LIMS"),
        "quality assurance",
        ("days to close a deviation", "d", 31, 14),
    ),
    "education": Industry(
        "Education",
        "campus",
        "room checks",
        "room check",
        "device loans",
        ("Moodle", "TOPdesk", "the booking system"),
        "caretakers",
        ("faults fixed within a week", "%", 48, 85),
    ),
    "finance": Industry(
        "Financial services",
        "branch",
        "branch checks",
        "branch check",
        "outsourcing reviews",
        ("ServiceNow GRC", "the core banking export", "Archer"),
        "branch managers",
        ("findings closed in time", "%", 66, 95),
    ),
    "media": Industry(
        "Media",
        "studio",
        "set-up checks",
        "set-up check",
        "equipment hand-overs",
        ("Farmerswife", "Jira", "the rental database"),
        "studio hands",
        ("shoots delayed by kit", "", 12, 3),
    ),
    "software": Industry(
        "Software",
        "team",
        "release checks",
        "release check",
        "on-call hand-overs",
        ("Jira", "PagerDuty", "GitHub"),
        "release captains",
        ("rollbacks a month", "", 9, 3),
    ),
    "transport": Industry(
        "Public transport",
        "depot",
        "vehicle checks",
        "vehicle check",
        "lost-property entries",
        ("Trapeze", "SAP PM", "the driver app"),
        "depot staff",
        ("vehicles off the road", "", 26, 12),
    ),
    "farming": Industry(
        "Agriculture",
        "farm",
        "field walks",
        "field walk",
        "spray records",
        ("John Deere Operations Center", "the weather feed", "1C"),
        "agronomists",
        ("spray records complete", "%", 57, 97),
    ),
    "public": Industry(
        "Public sector",
        "office",
        "playground checks",
        "playground check",
        "street damage reports",
        ("the document system", "ArcGIS", "SAP"),
        "inspectors",
        ("reports answered in ten days", "%", 44, 80),
    ),
}


@dataclass(frozen=True, slots=True)
class Culture:
    """Names and places of one part of the world, in its own script."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    places: tuple[str, ...]
    family_first: bool = False
    phone: str = "+49 30 5550"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CULTURES: dict[str, Culture] = {
    "german": Culture(
        _words(
            "Anke Bernd Carla Dirk Elke Florian Greta Holger Ines Jens Katrin Lars Mareike Nils Petra Ralf Sabine Uwe Wiebke"
        ),
        _words(
            "Ahlers Bergmann Cordes Dressler Ehlers Falk Grothe Hübner Janßen Köhler Lüders Möller Nolte Oestreich Pohl Reuter Seidel Thoma"
        ),
        ("Kassel", "Bremen", "Ulm", "Halle", "Duisburg"),
    ),
    "english": Culture(
        _words(
            "Alice Ben Chloe Daniel Ellie Frank Gemma Harriet Imran Joanna Kyle Lydia Marcus Nadia Oliver Poppy Rhys Sunita Toby"
        ),
        _words(
            "Ashworth Bexley Carver Doyle Ellison Fairburn Gill Hargreaves Iqbal Jarvis Kendrick Lomas Mistry Norwood Okafor Pryce Rafferty Stubbs"
        ),
        ("Leeds", "Bristol", "Dundee", "Hull", "Reading"),
        phone="+44 20 7946 0",
    ),
    "american": Culture(
        _words(
            "Andre Brooke Carlos Dana Erin Felix Gloria Hank Isabel Jamal Kendra Luis Maya Nate Opal Priscilla Quinn Rosa Shane"
        ),
        _words(
            "Alvarez Barton Castillo Delgado Eastman Flores Garrett Holloway Ibarra Jenkins Kowalski Lambert Mercer Nguyen Ortega Pruitt Reyes Sandoval"
        ),
        ("Columbus", "Tucson", "Boise", "Savannah", "Fresno"),
        phone="+1 202 555 01",
    ),
    "french": Culture(
        _words(
            "Adèle Benoît Céline Didier Élodie Fabrice Gaëlle Hugo Inès Jérôme Karine Loïc Maëlys Noël Océane Pascal Rémi Solène"
        ),
        _words(
            "Aubry Béranger Chevalier Delaunay Étienne Fournier Guérin Hervé Joubert Lacroix Marchand Noiret Perrot Quéré Rousselot Thévenet"
        ),
        ("Nantes", "Lille", "Besançon", "Orléans"),
        phone="+33 1 99 00 5",
    ),
    "spanish": Culture(
        _words(
            "Alba Bruno Concha Diego Elvira Fermín Graciela Íñigo Jimena Leandro Marisol Nuria Óscar Pilar Rubén Sofía"
        ),
        _words(
            "Aguirre Benítez Cifuentes Domínguez Echeverría Fuentes Ibáñez Jurado Lozano Muñoz Ordóñez Peñalver Quintana Rosales"
        ),
        ("Zaragoza", "Cádiz", "Logroño", "A Coruña"),
        phone="+34 910 55 0",
    ),
    "nordic": Culture(
        _words(
            "Åsa Björn Cecilie Dagny Eskil Frøya Göran Hedda Ingrid Jørgen Kåre Liv Magnus Øystein Sigrid Tuva"
        ),
        _words(
            "Ångström Berg Dahl Ekström Fjeld Grønli Håkansson Johannessen Kjær Lindgren Nygård Østby Sørensen Wiik"
        ),
        ("Malmö", "Tromsø", "Århus", "Umeå"),
        phone="+46 8 505 10",
    ),
    "polish": Culture(
        _words(
            "Agnieszka Bartosz Celina Dariusz Ewelina Grzegorz Hanna Jacek Katarzyna Łukasz Małgorzata Paweł Żaneta Zbigniew"
        ),
        _words(
            "Błaszczyk Dąbrowska Gąsior Jędrzejczyk Król Łapiński Mróz Nowacka Pawłowski Rżewski Śliwa Woźniak Żurek"
        ),
        ("Łódź", "Gdańsk", "Rzeszów", "Poznań"),
        phone="+48 22 555 0",
    ),
    "turkish": Culture(
        _words("Ayşe Barış Çağla Deniz Emre Gülşen Hakan İpek Kerem Nazlı Oğuz Selin Tuğçe Yiğit"),
        _words("Aydın Bozkurt Çelik Demir Erdoğdu Güneş İnan Koç Öztürk Şahin Ünal Yıldız"),
        ("Bursa", "İzmir", "Eskişehir"),
        phone="+90 212 555 0",
    ),
    "japanese": Culture(
        ("美咲", "健太", "由紀", "大輔", "直美", "拓也", "彩", "浩二", "真理子", "翔"),
        ("佐藤", "鈴木", "高橋", "渡辺", "小林", "中村", "山本", "井上"),
        ("横浜", "神戸", "仙台"),
        family_first=True,
        phone="+81 3 5550 0",
    ),
    "chinese": Culture(
        ("伟", "芳", "丽娜", "建国", "晓燕", "志强", "敏", "俊杰"),
        ("王", "李", "张", "陈", "刘", "赵", "周"),
        ("苏州", "成都", "青岛"),
        family_first=True,
        phone="+86 10 5550 0",
    ),
    "korean": Culture(
        ("민준", "서연", "지훈", "하은", "도윤", "수빈", "예린"),
        ("김", "이", "박", "최", "정", "강"),
        ("부산", "대구", "인천"),
        family_first=True,
        phone="+82 2 555 00",
    ),
    "arabic": Culture(
        ("ليلى", "أحمد", "فاطمة", "يوسف", "نور", "خالد", "سلمى", "عمر"),
        ("الحداد", "منصور", "الخطيب", "حسن", "العلي", "النجار", "قاسم"),
        ("دبي", "الشارقة", "مسقط"),
        phone="+971 4 555 0",
    ),
    "ukrainian": Culture(
        ("Олена", "Тарас", "Марія", "Андрій", "Ірина", "Богдан", "Софія", "Юрій"),
        ("Шевчук", "Коваленко", "Бондар", "Мельник", "Їжакевич", "Лисенко", "Ґудзь"),
        ("Дніпро", "Львів", "Полтава"),
        phone="+380 44 555 0",
    ),
    "greek": Culture(
        ("Ελένη", "Γιώργος", "Μαρία", "Νίκος", "Κατερίνα", "Σπύρος", "Δήμητρα"),
        ("Παπαδάκης", "Οικονόμου", "Βλάχος", "Γεωργίου", "Αντωνίου", "Ζήσης"),
        ("Πειραιάς", "Πάτρα", "Βόλος"),
        phone="+30 21 0555 0",
    ),
    "indian": Culture(
        _words(
            "Aarav Bhavna Chirag Divya Esha Farhan Gauri Harish Ishaan Jaya Kavita Lakshmi Mohan Nisha Pranav Ritu"
        ),
        _words(
            "Agarwal Bhat Chatterjee Desai Iyer Joshi Kulkarni Menon Nair Patil Rao Sharma Thakur Verma"
        ),
        ("Pune", "Kochi", "Jaipur"),
        phone="+91 22 5550 0",
    ),
    "hindi": Culture(
        ("अनिता", "राजेश", "प्रिया", "विकास", "सुनीता"),
        ("शर्मा", "वर्मा", "गुप्ता", "मिश्रा"),
        ("जयपुर", "भोपाल"),
        phone="+91 11 5550 0",
    ),
    "vietnamese": Culture(
        ("Thị Hương", "Văn Đức", "Minh Anh", "Quốc Bảo", "Thùy Linh"),
        ("Nguyễn", "Trần", "Phạm", "Đặng", "Vũ"),
        ("Đà Nẵng", "Huế"),
        family_first=True,
        phone="+84 24 555 0",
    ),
    "hebrew": Culture(
        ("נועה", "איתן", "מיכל", "יונתן", "שירה"),
        ("כהן", "לוי", "מזרחי", "פרץ"),
        ("חיפה", "אשדוד"),
        phone="+972 3 555 0",
    ),
    "thai": Culture(
        ("สมชาย", "กานดา", "พิมพ์ชนก", "ธนวัฒน์"),
        ("ศรีสุข", "ใจดี", "วงศ์ไทย"),
        ("เชียงใหม่", "ภูเก็ต"),
        phone="+66 2 555 0",
    ),
}
