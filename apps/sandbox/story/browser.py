"""A person at the admin's pages: opens them, fills in their forms, presses a button."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin

from apps.sandbox.story.http import Connection
from apps.sandbox.story.telling import Broken


@dataclass
class Form:
    """One form of a page: where it goes, the values it holds already, and its buttons by their captions."""

    action: str
    method: str = "get"
    values: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    choices: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


class Browser:
    """One person's session."""

    def __init__(self, base, person):
        self.person = person
        self._connection = Connection(base)

    def sign_in(self):
        page = self.open("/admin/login/?next=/admin/")
        form = page.form_with("username", "password")
        page = self._submit(page, form, {"username": self.person.email, "password": self.person.password}, None)
        if "/login/" in page.address:
            raise Broken(f"{self.person.name} cannot sign in.")
        return page

    def open(self, address):
        """Return the page; a session that has ended is begun anew."""
        answer = self._connection.request("GET", address, headers={"Accept": "text/html"})
        if answer.status == 200 and "/admin/login/" in answer.address and not address.startswith("/admin/login/"):
            self.sign_in()
            answer = self._connection.request("GET", address, headers={"Accept": "text/html"})
        if answer.status != 200:
            raise Broken(f"{self.person.name} opens {address} and gets {answer.status}.")
        return Page(self, answer)

    def _submit(self, page, form, filled, button):
        if unknown := set(filled) - form.names:
            raise Broken(f"The form on {page.address} has no field {', '.join(sorted(unknown))}.")
        values = [(name, value) for name, value in form.values if name not in filled]
        for name, value in filled.items():
            values += [(name, one) for one in (value if isinstance(value, list) else [value])]
        if button:
            values.append(button)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": page.address,
            "Accept": "text/html",
        }
        # A page that was lost on its way back is asked for again by the step, which looks at what has come of it.
        answer = self._connection.request(
            "POST",
            form.action,
            body=urlencode(values).encode(),
            headers=headers,
            again=frozenset(),
        )
        if answer.status >= 400:
            raise Broken(f"{self.person.name} sends a form of {page.address} and gets {answer.status}.")
        return Page(self, answer)


class Page:
    """A page as it came."""

    def __init__(self, browser, answer):
        self.browser = browser
        self.address = answer.address
        self.text = answer.text
        reader = _Reader()
        reader.feed(self.text)
        self.forms = reader.forms
        for form in self.forms:
            form.action = urljoin(self.address, form.action)
        self.links = reader.links

    def form_with(self, *names) -> Form:
        """
        Return the form that has these fields.

        :raises Broken: if there is none.
        """
        for form in self.forms:
            if form.names.issuperset(names):
                return form
        raise Broken(f"{self.address} has no form with {', '.join(names)}.")

    def form_to(self, ending) -> Form:
        """
        Return the form whose address ends so.

        :raises Broken: if there is none.
        """
        for form in self.forms:
            if form.action.endswith(ending):
                return form
        raise Broken(f"{self.address} has no form to …{ending}.")

    def link_to(self, part) -> str:
        """
        Return the first link with this part.

        :raises Broken: if there is none.
        """
        for link in self.links:
            if part in link:
                return link
        raise Broken(f"{self.address} has no link to …{part}.")

    def send(self, form, **filled):
        """Fill in a form, press its only button, and return the page that follows."""
        if len(form.buttons) != 1:
            raise Broken(f"A form of {self.address} has not one button, but {sorted(form.buttons)}.")
        return self.browser._submit(self, form, filled, next(iter(form.buttons.values())))

    def press_named(self, name, value, **filled):
        """Press the button that has this name and value, in the form it belongs to."""
        for form in self.forms:
            if (name, value) in form.buttons.values():
                return self.browser._submit(self, form, filled, (name, value))
        raise Broken(f"{self.address} has no button {name}={value}.")

    def press(self, caption, *, form=None, **filled):
        """Fill in the form that has the button, press it, and return the page that follows."""
        found = form or next((one for one in self.forms if caption in one.buttons), None)
        if found is None or caption not in found.buttons:
            captions = sorted({button for one in self.forms for button in one.buttons})
            raise Broken(f"{self.address} has no button {caption!r}; there are {captions}.")
        return self.browser._submit(self, found, filled, found.buttons[caption])

    def has_button(self, caption) -> bool:
        return any(caption in form.buttons for form in self.forms)


class _Reader(HTMLParser):
    """Collects forms and links of a page."""

    def __init__(self):
        super().__init__()
        self.forms, self.links = [], []
        self._form = self._select = self._area = self._button = None
        self._elsewhere = {}

    def handle_starttag(self, tag, attributes):
        facts = dict(attributes)
        if tag == "a" and facts.get("href"):
            self.links.append(facts["href"])
        if tag == "form":
            self._form = Form(facts.get("action") or "", (facts.get("method") or "get").lower())
            self.forms.append(self._form)
            if facts.get("id"):
                self._elsewhere[facts["id"]] = self._form
        form = self._elsewhere.get(facts.get("form"), self._form)
        if form is None:
            return
        name = facts.get("name")
        if tag == "input" and name:
            self._input(form, name, facts)
        elif tag == "select" and name:
            self._select = (form, name)
            form.names.add(name)
            form.choices[name] = []
        elif tag == "option" and self._select:
            owner, select = self._select
            owner.choices[select].append((facts.get("value", ""), ""))
            if "selected" in facts:
                owner.values.append((select, facts.get("value", "")))
        elif tag == "textarea" and name:
            self._area = (form, name, [])
            form.names.add(name)
        elif tag == "button":
            self._button = (form, name, facts.get("value", ""), [])

    def handle_data(self, data):
        if self._area:
            self._area[2].append(data)
        elif self._button:
            self._button[3].append(data)
        elif self._select:
            owner, select = self._select
            if owner.choices[select]:
                value, text = owner.choices[select][-1]
                owner.choices[select][-1] = (value, f"{text}{data}".strip())

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area:
            form, name, texts = self._area
            form.values.append((name, "".join(texts).strip()))
            self._area = None
        elif tag == "button" and self._button:
            form, name, value, texts = self._button
            form.buttons[" ".join("".join(texts).split())] = (name, value) if name else ()
            self._button = None

    @staticmethod
    def _input(form, name, facts):
        kind = (facts.get("type") or "text").lower()
        form.names.add(name)
        if kind == "submit":
            form.buttons[facts.get("value", "")] = (name, facts.get("value", ""))
        elif kind not in ("checkbox", "radio") or "checked" in facts:
            form.values.append((name, facts.get("value", "on" if kind == "checkbox" else "")))
