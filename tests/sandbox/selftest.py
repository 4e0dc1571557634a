#!/usr/bin/env python3
"""Starts lark-sandbox and asserts the rows of lark-api.md, section 13.

usage: selftest.py PATH-TO-lark-sandbox
Every check is named by its row. Standard library only; nothing sleeps.
"""
import base64
import hashlib
import hmac
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

APP = ("cli_sandbox0000000", "sandbox-secret")
OTHER = ("cli_sandbox0000001", "other-secret")
CONTACT = "/open-apis/contact/v3/"
FIND = CONTACT + "users/find_by_department"
TOKEN = "/open-apis/auth/v3/tenant_access_token/internal"
OAUTH = "/open-apis/authen/v2/oauth/token"
passed = failed = 0


def check(name, condition, seen=""):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {name}: {seen!r}"[:400])


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.raw = response.read()
        try:
            self.json = json.loads(self.raw)
        except ValueError:
            self.json = None

    @property
    def code(self):
        return self.json.get("code") if self.json else None

    @property
    def data(self):
        return self.json.get("data", {})

    def __repr__(self):
        return f"{self.status} {self.raw[:300]}"


class Sandbox:
    def __init__(self, binary, *flags):
        self.process = subprocess.Popen(
            [binary, "--port", "0", "--die-with-parent", *flags],
            stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.port = int(line.rsplit(":", 1)[1])
        self.tokens = {}

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=10)

    def call(self, method, path, body=None, headers=None, timeout=10):
        link = http.client.HTTPConnection("127.0.0.1", self.port,
                                          timeout=timeout)
        try:
            if body is not None and not isinstance(body, (str, bytes)):
                body = json.dumps(body)
            link.request(method, path, body, headers or {})
            return Answer(link.getresponse())
        finally:
            link.close()

    def token(self, app=APP, fresh=False):
        if fresh or app not in self.tokens:
            answer = self.call("POST", TOKEN, {
                "app_id": app[0], "app_secret": app[1]})
            self.tokens[app] = answer.json["tenant_access_token"]
        return self.tokens[app]

    def get(self, path, query=None, app=APP, token=None):
        if query:
            path += "?" + urllib.parse.urlencode(query, doseq=True)
        return self.call("GET", path, headers={
            "Authorization": "Bearer " + (token or self.token(app))})

    def control(self, what, body=None, method=None):
        method = method or ("GET" if body is None else "POST")
        return self.call(method, "/_sandbox/" + what, body).json

    def fault(self, action, path=FIND, **rule):
        match = {"path": path, **rule.pop("match", {})}
        return self.control("faults",
                            {"match": match, "action": action, **rule})

    def await_hit(self):
        deadline = time.monotonic() + 5
        while not self.control("stats")["rules"][0]["hits"]:
            if time.monotonic() > deadline:
                raise RuntimeError("the rule did not fire in 5 s")

    def clear(self):
        self.control("faults", method="DELETE")

    def items(self, path, query, app=APP, size=50):
        found, token = [], None
        while True:
            page = self.get(path, {**query, "page_size": size, **(
                {"page_token": token} if token else {})}, app).data
            found += page["items"]
            if not page["has_more"]:
                return found
            token = page["page_token"]


def transport(box):
    answer = box.get(CONTACT + "scopes")
    check("row 1 content type", answer.headers["Content-Type"] ==
          "application/json; charset=utf-8", answer.headers)
    first = answer.headers["X-Tt-Logid"]
    second = box.get(CONTACT + "scopes").headers["X-Tt-Logid"]
    check("row 1 log id", first and second and first != second)
    for method, path in (("GET", "/open-apis/nothing"), ("GET", TOKEN),
                         ("POST", CONTACT + "scopes")):
        answer = box.call(method, path)
        check("row 2 " + path, answer.status == 404 and
              answer.raw == b"404 page not found" and
              answer.headers["Content-Type"].startswith("text/plain"),
              answer)


def credentials(box):
    good = {"app_id": APP[0], "app_secret": APP[1]}
    one = box.call("POST", TOKEN, good)
    two = box.call("POST", TOKEN + "/", good)
    check("row 3 token", one.code == 0 and one.json["msg"] == "ok" and
          "data" not in one.json and isinstance(one.json["expire"], int), one)
    check("row 4 reuse", one.json["tenant_access_token"] ==
          two.json["tenant_access_token"] and
          two.json["expire"] <= one.json["expire"], two)
    box.control("settings", {"advance_seconds": 5500})
    three = box.call("POST", TOKEN, good)
    old = one.json["tenant_access_token"]
    check("row 4 renewed under 30 minutes",
          three.json["tenant_access_token"] != old, three)
    check("row 4 old one still accepted",
          box.get(CONTACT + "scopes", token=old).code == 0)
    box.control("settings", {"advance_seconds": 1800})
    answer = box.get(CONTACT + "scopes", token=old)
    check("row 7 expired", answer.status == 400 and answer.code == 99991663
          and answer.json["error"]["log_id"] ==
          answer.headers["X-Tt-Logid"], answer)
    for body, code, message in (
            ({"app_id": APP[0]}, 10003, "invalid param"),
            ({"app_id": "", "app_secret": "x"}, 10003, "invalid param"),
            ("nonsense", 10003, "invalid param"),
            ({"app_id": "cli_nobody0000000", "app_secret": "x"}, 10014,
             "app id not exists"),
            ({"app_id": APP[0], "app_secret": "x"}, 10014,
             "app secret invalid")):
        answer = box.call("POST", TOKEN, body)
        check("row 5", answer.status == 200 and answer.code == code and
              answer.json["msg"] == message, answer)
    box.control("settings", {"secret_error_status": 400})
    answer = box.call("POST", TOKEN, {"app_id": APP[0], "app_secret": "x"})
    check("row 5 switch", answer.status == 400, answer)
    for sent in (None, "t-abc", "Bearer"):
        answer = box.call("GET", FIND, headers={"Authorization": sent}
                          if sent else {})
        check("row 6", answer.status == 400 and answer.code == 99991661,
              answer)
    check("row 7 unknown", box.get(FIND, token="t-zzz").code == 99991663)
    check("row 8 unknown user token",
          box.get(FIND, token="u-zzz").code == 99991668)
    box.token(fresh=True)


def permissions(box):
    box.control("permissions", {"app": APP[0], "deny_api": ["contact"]})
    answer = box.get(CONTACT + "scopes")
    error = answer.json.get("error", {})
    check("row 9", answer.status == 400 and answer.code == 99991672 and
          error["permission_violations"][0]["type"] ==
          "action_scope_required" and error["helps"][0]["url"], answer)
    box.control("permissions", {"app": APP[0], "deny_api": [],
                                "disabled": True})
    check("6 app disabled", box.get(FIND).code == 99991662)
    box.control("permissions", {"app": APP[0], "disabled": False})
    box.fault({"kind": "ip_denied"}, path="")
    check("row 11", box.get(FIND).code == 99991401)
    check("row 11 not for tokens", box.call("POST", TOKEN, {
        "app_id": APP[0], "app_secret": APP[1]}).code == 0)
    box.clear()
    query = {"department_id": "0", "page_size": 50}
    before = box.get(FIND, query).data["items"][0]
    box.control("permissions", {
        "app": APP[0], "hide_user_fields": ["status", "mobile",
                                            "department_ids"],
        "hide_department_fields": ["name", "leaders"]})
    after = box.get(FIND, query).data["items"][0]
    check("row 24", set(before) - set(after) ==
          {"status", "mobile", "department_ids"}, sorted(after))
    item = box.get(CONTACT + "departments/0/children").data["items"][0]
    check("row 24 departments", "name" not in item and "leaders" not in item
          and "open_department_id" in item, item)
    bad = box.control("permissions", {"hide_user_fields": ["open_id"]})
    check("row 24 open_id stays", "error" in bad, bad)
    box.control("permissions", {"app": APP[0], "hide_user_fields": [],
                                "hide_department_fields": []})


def rates(box):
    box.control("settings", {"rate_per_second": 3, "rate_per_minute": 20})
    link = http.client.HTTPConnection("127.0.0.1", box.port)
    answers = []
    for _ in range(8):
        link.request("GET", CONTACT + "scopes", headers={
            "Authorization": "Bearer " + box.token()})
        answers.append(Answer(link.getresponse()))
    link.close()
    refused = [a for a in answers if a.status == 429]
    check("row 12", len(refused) >= 1 and refused[0].code == 99991400 and
          int(refused[0].headers["x-ogw-ratelimit-reset"]) >= 1 and
          refused[0].headers["x-ogw-ratelimit-limit"], refused)
    box.control("settings", {"rate_per_second": 0, "rate_per_minute": 0})
    box.fault({"kind": "rate_limit", "status": 400, "reset": None}, times=1)
    answer = box.get(FIND)
    check("row 12 as 400 without header", answer.status == 400 and
          answer.code == 99991400 and
          answer.headers["x-ogw-ratelimit-reset"] is None, answer)
    check("a rule with times 1 fires once", box.get(
        FIND, {"department_id": "0"}).code == 0)
    box.fault({"kind": "quota"})
    answer = box.get(FIND)
    check("row 13", answer.status == 429 and answer.code == 99991403 and
          answer.headers["x-ogw-ratelimit-reset"] is None, answer)
    box.clear()


def paging(box):
    for path, size, most in ((FIND, 51, 50),
                             (CONTACT + "departments/0/children", 100, 50),
                             (CONTACT + "scopes", 101, 100)):
        answer = box.get(path, {"department_id": "0", "page_size": size})
        violation = answer.json["error"]["field_violations"][0]
        check("row 14", answer.status == 400 and answer.code == 99992402 and
              violation == {"field": "page_size", "value": str(size),
                            "description": f"the max value is {most}"},
              answer)
    check("row 14 required",
          box.get(FIND).json["error"]["field_violations"][0]["field"] ==
          "department_id")
    truth = box.control("company?list=departments")
    big = max(truth["list"], key=lambda one: one["members"])
    query = {"department_id": big["open_department_id"]}
    first = box.get(FIND, query).data
    token = first["page_token"]
    check("row 15 default 10", len(first["items"]) == 10 and
          first["has_more"], len(first["items"]))
    check("row 15 alphabet", all(c in token for c in "+/="), token)
    second = box.get(FIND, {**query, "page_token": token})
    check("row 15 continues", second.code == 0 and
          second.data["items"][0] not in first["items"])
    raw = f"{FIND}?department_id={query['department_id']}&page_token={token}"
    answer = box.get(raw)
    check("row 15 unencoded plus", answer.status == 400 and
          answer.code == 40012, answer)
    twice = urllib.parse.quote(urllib.parse.quote(token, safe=""))
    answer = box.get(raw.replace(token, twice))
    check("row 15 decoded once only", answer.code == 40012, answer)
    members = box.items(FIND, query)
    check("row 15 chain", len(members) == big["members"] and len(
        {m["open_id"] for m in members}) == big["members"], len(members))
    scopes = box.get(CONTACT + "scopes", {"page_size": 2}).data
    check("row 15 scopes", len(scopes["department_ids"]) == 2 and
          scopes["has_more"], scopes)
    other = next(one["open_department_id"] for one in truth["list"]
                 if one["members"] > 10 and one is not big)
    for query2 in ({"department_id": other}, {**query, "page_size": 20},
                   {**query, "user_id_type": "union_id"}):
        answer = box.get(FIND, {**query2, "page_token": token})
        check("row 16", answer.status == 400 and answer.code == 40012,
              answer)
    answer = box.get(FIND, {**query, "page_token": token}, app=OTHER)
    check("row 16 other app", answer.code == 40012, answer)
    check("row 16 garbage", box.get(
        FIND, {**query, "page_token": "abc"}).code == 40012)
    chains(box, query, big["members"])


def chains(box, query, members):
    full = {**query, "page_size": 50}
    box.fault({"kind": "empty_page"}, after=1, times=1)
    page = box.get(FIND, full).data
    empty = box.get(FIND, {**full, "page_token": page["page_token"]}).data
    check("row 17", empty["items"] == [] and empty["has_more"] and
          empty["page_token"] != page["page_token"], empty)
    rest = box.get(FIND, {**full, "page_token": empty["page_token"]}).data
    check("row 17 goes on", len(rest["items"]) == min(50, members - 50),
          len(rest["items"]))
    box.clear()
    box.fault({"kind": "page_loop"}, match={"query": query})
    one = box.get(FIND, full).data["page_token"]
    two = box.get(FIND, {**full, "page_token": one}).data
    check("page_loop", two["page_token"] == one and two["has_more"])
    box.clear()
    box.fault({"kind": "short_chain"}, times=1)
    page = box.get(FIND, full).data
    check("short_chain", page["has_more"] and "page_token" not in page)
    box.fault({"kind": "short_chain", "drop": True}, times=1)
    page = box.get(FIND, full).data
    check("short_chain dropped", not page["has_more"] and
          "page_token" not in page and len(page["items"]) == 50)
    box.clear()


def scope(box):
    company = box.control("company?list=departments")
    truth = box.control("truth?app=" + APP[0])
    first_level = [one["open_department_id"] for one in company["list"]
                   if one["parent"] == "0" and
                   one["open_department_id"] != "0"]
    seen = {"department_ids": [], "user_ids": [], "group_ids": []}
    token = None
    while True:
        page = box.get(CONTACT + "scopes", {"page_size": 100, **(
            {"page_token": token} if token else {})}).data
        for name in seen:
            seen[name] += page[name]
        if not page["has_more"]:
            break
        token = page["page_token"]
    root = box.items(FIND, {"department_id": "0"})
    check("row 19 all staff", seen["department_ids"] == first_level and
          set(seen["user_ids"]) == {u["open_id"] for u in root} and
          seen["group_ids"], seen)
    children = box.items(CONTACT + "departments/0/children",
                         {"fetch_child": "true"})
    check("row 20 subtree", len(children) == truth["departments"] ==
          company["departments"], len(children))
    check("row 18 root is no item",
          all(c["open_department_id"] != "0" for c in children))
    parents = {c["open_department_id"]: c["parent_department_id"]
               for c in children}

    def depth(one):
        return 0 if one == "0" else 1 + depth(parents[one])
    check("deep tree", max(map(depth, parents)) >= 10)
    direct = box.items(CONTACT + "departments/0/children", {})
    check("fetch_child false", len(direct) == len(first_level))
    box.control("settings", {"big_department_refused": True})
    answer = box.get(CONTACT + "departments/0/children",
                     {"fetch_child": "true"})
    check("row 20 big", answer.status == 400 and answer.code == 43010,
          answer)
    box.control("settings", {"big_department_refused": False})
    people = {}
    for one in ["0"] + list(parents):
        for user in box.items(FIND, {"department_id": one}):
            people.setdefault(user["open_id"], []).append((one, user))
    memberships = sum(map(len, people.values()))
    check("row 21 truth", len(people) == truth["users"] and
          memberships == truth["memberships"],
          (len(people), memberships, truth))
    check("row 21 two departments",
          any(len(found) == 2 for found in people.values()))
    check("row 21 no department_path", not any(
        "department_path" in found[0][1] for found in people.values()))
    box.control("scope", {"app": APP[0], "departments": first_level[:1],
                          "users": [root[0]["open_id"]], "groups": ["g1"]})
    answer = box.get(FIND, {"department_id": "0"})
    check("row 18 no all staff", answer.status == 403 and answer.json ==
          {"code": 40004, "msg": "no dept authority error"}, answer)
    check("row 18 children", box.get(
        CONTACT + "departments/0/children").code == 40004)
    data = box.get(CONTACT + "scopes").data
    check("row 19 ticked", data["department_ids"] == first_level[:1] and
          data["user_ids"] == [root[0]["open_id"]] and
          data["group_ids"] == ["g1"], data)
    check("row 18 subtree visible", box.get(
        FIND, {"department_id": first_level[0]}).code == 0 and box.get(
        FIND, {"department_id": first_level[1]}).code == 40004)
    box.control("scope", {"app": APP[0], "all": True})
    dropped = box.control("scope", {"app": APP[0], "drop_departments": 1})
    smaller = box.control("truth?app=" + APP[0])
    check("scope shrinks", len(dropped["dropped"]) == 1 and
          smaller["departments"] < truth["departments"], smaller)
    box.control("scope", {"app": APP[0], "all": True})
    return [u["open_id"] for u in root]


def objects(box, root):
    answer = box.get(CONTACT + "users/batch",
                     {"user_ids": root[:2] + ["ou_nobody"]})
    check("row 22", answer.code == 0 and len(answer.data["items"]) == 2 and
          "assign_info" not in answer.data["items"][0], answer)
    answer = box.get(CONTACT + "users/batch", {"user_ids": ["x"] * 51})
    check("row 22 over 50", answer.status == 400 and
          answer.code == 99992402, answer)
    sample = box.items(CONTACT + "departments/0/children",
                       {"fetch_child": "true"})
    ids = [one["open_department_id"] for one in sample[:50]]
    answer = box.get(CONTACT + "departments/batch",
                     {"department_ids": ids[:49] + ["od-none"]})
    check("row 22 departments", len(answer.data["items"]) == 49, answer)
    users = [u for one in ids for u in box.items(
        FIND, {"department_id": one})]
    by_user = box.get(CONTACT + "users/" + root[0]).data["user"]
    check("get user", by_user["assign_info"][0]["start_time"] ==
          "1674981000" and "is_frozen" not in by_user, by_user)
    swapped = box.items(FIND, {
        "department_id": sample[0]["department_id"],
        "department_id_type": "department_id", "user_id_type": "user_id"})
    plain = box.items(FIND, {"department_id": ids[0]})
    check("row 23 departments", swapped[0]["department_ids"][0][0] == "D" and
          swapped[0]["orders"][0]["department_id"][0] == "D")
    check("row 23 users", [u["leader_user_id"] for u in swapped] !=
          [u["leader_user_id"] for u in plain] and all(
              len(u["leader_user_id"]) in (0, 8) for u in swapped))
    other = box.items(FIND, {"department_id": ids[0]}, app=OTHER)
    check("open_id differs per app", other[0]["open_id"] !=
          plain[0]["open_id"] and
          other[0]["union_id"] == plain[0]["union_id"])
    answer = box.get(CONTACT + "users/" + other[0]["open_id"])
    check("open_id cross app", answer.code == 99992361, answer)
    department = sample[0]
    check("row 25 department types", isinstance(department["order"], str) and
          {"leaderType", "leaderID"} <= set(next(
              d["leaders"][0] for d in sample if d["leaders"])))
    kinds = {a["type"] for u in users for a in u["custom_attrs"]}
    check("row 25 attributes", kinds == {
        "TEXT", "HREF", "ENUMERATION", "PICTURE_ENUM", "GENERIC_USER"}, kinds)
    check("row 25 user types", all(isinstance(u["join_time"], int)
                                   for u in users) and
          {u["gender"] for u in users} == {0, 1, 2, 3} and
          max(u["employee_type"] for u in users) > 5)
    check("row 25 unknown keys", any("time_zone" in u for u in users))
    names = "".join(u["name"] for u in users)
    check("awkward names", all(c in names for c in "\"\t\\🦊伟"))
    check("row 26", not any("update_time" in u or "create_time" in u
                            for u in users))
    size = sum(len(json.dumps(u, ensure_ascii=False, separators=(
        ",", ":")).encode()) for u in users) / len(users)
    check("user object 1.2 to 1.6 KB", 1200 <= size <= 1600, size)
    answer = box.get(CONTACT + "departments/" + ids[0])
    check("get department", answer.data["department"] == sample[0], answer)


def changes(box):
    before = box.control("truth")
    answer = box.control("change", {"steps": [
        {"do": "hire", "count": 20}, {"do": "leave", "count": 5},
        {"do": "resign", "count": 3}, {"do": "move", "count": 10},
        {"do": "rename", "count": 7},
        {"do": "rename_department", "count": 2}]})
    counts = [one["count"] for one in answer["steps"]]
    people = [i for one in answer["steps"] for i in one.get("open_ids", [])]
    check("change counts", counts == [20, 5, 3, 10, 7, 2], counts)
    check("nobody twice", len(set(people)) == len(people))
    after = box.control("truth")
    check("row 27", after["users"] == before["users"] + 15 and
          after["resigned"] == 3, after)
    leavers = answer["steps"][1]["open_ids"]
    found = box.get(CONTACT + "users/batch", {"user_ids": leavers}).data
    check("row 27 mode A", found["items"] == [], found)
    resigned = box.get(CONTACT + "users/batch", {
        "user_ids": answer["steps"][2]["open_ids"]}).data["items"]
    check("row 27 mode B", len(resigned) == 3 and all(
        u["status"]["is_resigned"] for u in resigned))
    back = box.control("change", {"steps": [
        {"do": "return", "open_ids": leavers}]})
    found = box.get(CONTACT + "users/batch", {"user_ids": leavers}).data
    check("return keeps ids", len(found["items"]) == 5 and
          back["steps"][0]["count"] == 5)
    mover = box.get(FIND, {"department_id": "0"}).data["items"][-1]
    target = box.get(CONTACT + "departments/0/children").data["items"][0]
    goal = target["open_department_id"]
    box.items(FIND, {"department_id": goal})
    box.control("change", {"steps": [
        {"do": "move", "open_id": mover["open_id"], "to": goal}]})
    ids = [u["open_id"] for u in box.items(FIND, {"department_id": goal})]
    check("cache follows a move", mover["open_id"] in ids)
    members = len(ids)
    gone = box.control("change", {"steps": [
        {"do": "delete_department", "open_department_id": goal}]})
    check("delete", gone["steps"][0]["open_department_ids"] == [goal])
    for path, query, codes in (
            (CONTACT + "departments/" + goal, None, (400, 40015)),
            (CONTACT + f"departments/{goal}/children", None, (400, 40008)),
            (FIND, {"department_id": goal}, (403, 40004))):
        answer = box.get(path, query)
        check("row 28", (answer.status, answer.code) == codes, answer)
    ids = [u["open_id"] for u in box.items(FIND, {"department_id": "0"})]
    check("people move to the parent", mover["open_id"] in ids and
          len(ids) >= members)
    check("delete keeps people",
          box.control("truth")["users"] == after["users"] + 5)
    moved = box.control("change", {"steps": [
        {"do": "move_department", "count": 1}]})["steps"][0]
    old = box.get(FIND, {"department_id": "0"}).data["items"][0]["avatar"]
    box.control("change", {"steps": [{"do": "touch_avatars"}]})
    new = box.get(FIND, {"department_id": "0"}).data["items"][0]["avatar"]
    check("move and avatars", moved["count"] == 1 and old != new)
    check("change refuses nonsense", "error" in box.control(
        "change", {"steps": [{"do": "dance"}]}))


def faults(box):
    query = {"department_id": "0", "page_size": 50}
    whole = box.get(FIND, query).raw
    box.fault({"kind": "error", "code": 40003, "msg": "internal"}, times=1)
    answer = box.get(FIND, query)
    check("row 29 40003", answer.status == 400 and answer.code == 40003)
    for status in (500, 502, 503, 504):
        box.fault({"kind": "status", "status": status, "html": True},
                  times=1)
        answer = box.get(FIND, query)
        check("row 29 html", answer.status == status and
              answer.headers["Content-Type"].startswith("text/html"), answer)
    box.clear()
    box.fault({"kind": "reset"}, times=1)
    try:
        check("row 29 reset", False, box.get(FIND, query))
    except ConnectionResetError:
        check("row 29 reset", True)
    box.fault({"kind": "truncate"}, times=1)
    try:
        check("row 29 truncated", False, box.get(FIND, query))
    except http.client.IncompleteRead as error:
        check("row 29 truncated", 0 < len(error.partial) < len(whole))
    box.clear()
    box.fault({"kind": "slow", "ms": 300}, times=1)
    began = time.monotonic()
    slow = threading.Thread(target=box.get, args=(FIND, query))
    slow.start()
    box.await_hit()
    box.get(FIND, query)
    others = time.monotonic() - began
    slow.join()
    check("row 29 slow", time.monotonic() - began >= 0.3 > others, others)
    box.clear()
    box.fault({"kind": "drip"}, times=1, path=CONTACT + "scopes")
    box.control("scope", {"app": APP[0], "departments": [], "users": []})
    began = time.monotonic()
    check("drip", box.get(CONTACT + "scopes").code == 0 and
          time.monotonic() - began > 0.1)
    box.control("scope", {"app": APP[0], "all": True})
    box.clear()
    box.fault({"kind": "huge", "bytes": 3_000_000}, times=1)
    check("huge", len(box.get(FIND, query).raw) == len(whole) + 3_000_000)
    box.fault({"kind": "not_json"}, after=0, times=1)
    check("not_json", box.get(FIND, query).json is None)
    box.clear()
    box.fault({"kind": "expire_tokens"}, times=1)
    check("token expiry", box.get(FIND, query).code == 99991663)
    check("token expiry lasts", box.get(FIND, query).code == 99991663)
    box.token(fresh=True)
    box.token(OTHER, fresh=True)
    check("a new token works", box.get(FIND, query).code == 0)
    box.clear()
    box.fault({"kind": "error", "code": 1}, after=1, every=2, match={
        "query": {"department_id": "0"}, "app": APP[0]})
    codes = [box.get(FIND, query).code for _ in range(5)]
    check("after and every", codes == [0, 1, 0, 1, 0], codes)
    check("another app is not hit",
          box.get(FIND, query, app=OTHER).code == 0)
    check("hits are counted", box.control("stats")["rules"][0]["hits"] == 2)
    box.clear()


def oauth(box):
    def ask(**fields):
        return box.call("POST", OAUTH, {
            "client_id": APP[0], "client_secret": APP[1], **fields})

    def new_code(**more):
        return box.control("authorize", {"app": APP[0], **more})["code"]
    code = new_code()
    pair = ask(grant_type="authorization_code", code=code)
    check("row 30", pair.status == 200 and pair.code == 0 and
          "data" not in pair.json and pair.json["expires_in"] == 7200 and
          pair.json["refresh_token_expires_in"] == 604800, pair)
    for fields, wanted in (
            ({"grant_type": "authorization_code", "code": code}, 20065),
            ({"grant_type": "authorization_code", "code": "x"}, 20003),
            ({"grant_type": "magic"}, 20036), ({}, 20001),
            ({"grant_type": "refresh_token", "refresh_token": "x"}, 20026),
            ({"grant_type": "refresh_token", "client_secret": "x"}, 20002),
            ({"grant_type": "refresh_token", "client_id": "x"}, 20048)):
        answer = ask(**fields)
        check("row 30 errors", answer.status == 400 and
              answer.code == wanted and answer.json["error"], answer)
    refresh = pair.json["refresh_token"]
    info = "/open-apis/authen/v1/user_info"
    access = pair.json["access_token"]
    check("row 35 ok", box.get(info, token=access).data["open_id"])
    path = CONTACT + "users/" + box.get(info, token=access).data["open_id"]
    check("user token sees department_path", "department_path" in
          box.get(path, token=access).data["user"])
    check("row 8 wrong API", box.get(
        CONTACT + "scopes", token=access).code == 99991668)
    second = ask(grant_type="refresh_token", refresh_token=refresh)
    check("row 31", second.code == 0 and
          second.json["refresh_token"] != refresh, second)
    again = ask(grant_type="refresh_token", refresh_token=refresh)
    check("row 31 once", again.status == 400 and again.code == 20064, again)
    box.control("settings", {"refresh_reuse_code": 20073,
                             "oauth_code_as_string": True})
    again = ask(grant_type="refresh_token", refresh_token=refresh)
    check("row 30 code as string", again.code == "20073", again)
    box.control("settings", {"oauth_code_as_string": False})
    check("row 31 grace", box.get(info, token=access).code == 0)
    box.control("settings", {"advance_seconds": 61})
    answer = box.get(info, token=access)
    check("row 35 invalid", answer.status == 200 and answer.code == 20005)
    check("row 8 expired", box.get(path, token=access).code == 99991677)
    box.fault({"kind": "lost_answer"}, path=OAUTH, times=1)
    live = second.json["refresh_token"]
    try:
        check("row 33", False, ask(grant_type="refresh_token",
                                   refresh_token=live))
    except ConnectionResetError:
        check("row 33", True)
    answer = ask(grant_type="refresh_token", refresh_token=live)
    check("row 33 performed", answer.code == 20073, answer)
    box.clear()
    for status, wanted in ((500, 20050), (503, 20072)):
        box.fault({"kind": "error", "status": status, "code": wanted},
                  path=OAUTH, times=1)
        answer = ask(grant_type="refresh_token", refresh_token=live)
        check("row 30 server", (answer.status, answer.code) ==
              (status, wanted), answer)
    box.clear()
    online = ask(grant_type="authorization_code", code=new_code(
        scope="auth:user.id:read"))
    check("row 32 no offline_access", online.code == 0 and
          "refresh_token" not in online.json, online)
    answer = box.get(path, token=online.json["access_token"])
    check("row 10", answer.code == 99991679 and answer.json["error"][
        "permission_violations"][0]["type"] == "action_privilege_required",
          answer)
    box.control("settings", {"long_tokens": 3000})
    pair = ask(grant_type="authorization_code", code=new_code()).json
    check("row 34", all(pair[k].startswith("eyJ") and len(pair[k]) == 3000
                        for k in ("access_token", "refresh_token")))
    check("row 34 usable", box.get(
        info, token=pair["access_token"]).code == 0)
    box.control("settings", {"long_tokens": 0, "refresh_allowed": False})
    check("row 32 switch", ask(grant_type="refresh_token", refresh_token=pair[
        "refresh_token"]).code == 20074)
    box.control("settings", {"refresh_allowed": True,
                             "advance_seconds": 604801})
    check("row 32 expired", ask(grant_type="refresh_token", refresh_token=pair[
        "refresh_token"]).code == 20037)
    verifier = "v" * 43
    challenge = base64.urlsafe_b64encode(hashlib.sha256(
        verifier.encode()).digest()).decode().rstrip("=")
    for text, wanted in (("wrong", 20049), (verifier, 0)):
        answer = ask(grant_type="authorization_code", code_verifier=text,
                     code=new_code(code_challenge=challenge))
        check("PKCE", answer.code == wanted, answer)
    for wanted in (20021, 20022, 20023):
        box.control("settings", {"user_info_code": wanted})
        answer = box.get(info, token=pair["access_token"])
        check("row 35 states", answer.status == 200 and
              answer.code == wanted, answer)
    box.control("settings", {"user_info_code": 0})
    answer = box.call("POST", "/oauth/v3/token", urllib.parse.urlencode({
        "grant_type": "client_credentials", "client_id": APP[0],
        "client_secret": APP[1]}),
        {"Content-Type": "application/x-www-form-urlencoded"})
    check("v3 form", answer.json["access_token"].startswith("t-"), answer)
    box.token(fresh=True)
    box.token(OTHER, fresh=True)


def grants(box):
    scope = "auth:user.id:read offline_access"
    made = box.control("grants", {"app": OTHER[0], "count": 3, "first": 10,
                                  "scope": scope})["grants"]
    check("grants", len({one["open_id"] for one in made}) == 3 and all(
        one["access_token"][:2] == "u-" and one["refresh_token"][:3] == "ur-"
        for one in made), made)

    def state(number):
        for one in box.control("grants?app=" + OTHER[0])["grants"]:
            if one["open_id"] == made[number]["open_id"]:
                return (one["sha256"], one["refreshed"],
                        one["presented_again"])

    def sha(token):
        return hashlib.sha256(token.encode()).hexdigest()

    def refresh(token):
        return box.call("POST", OAUTH, {
            "client_id": OTHER[0], "client_secret": OTHER[1],
            "grant_type": "refresh_token", "refresh_token": token})
    first = made[0]["refresh_token"]
    check("grant at first", state(0) == (sha(first), 0, 0), state(0))
    second = refresh(first).json["refresh_token"]
    check("grant refreshed", state(0) == (sha(second), 1, 0), state(0))
    refresh(first)
    check("grant replayed", state(0) == (sha(second), 1, 1), state(0))
    check("grant untouched", state(1)[1:] == (0, 0), state(1))
    info = "/open-apis/authen/v1/user_info"
    check("granted to that person", box.get(
        info, token=made[2]["access_token"]).data["open_id"] ==
          made[2]["open_id"])
    box.control("settings", {"advance_seconds": 604801})
    check("grant expired", state(0) == (None, 1, 1), state(0))
    began = time.monotonic()
    made = box.control("grants", {"app": OTHER[0], "count": 1500})["grants"]
    check("many grants", len(made) == 1500 and
          time.monotonic() - began < 1, len(made))
    check("too many grants", "error" in box.control(
        "grants", {"count": 10**6}))
    box.fault({"kind": "error", "status": 503, "code": 20072}, path=OAUTH)
    answer = refresh("x")
    check("scripted OAuth error", answer.status == 503 and
          "error_description" in answer.json and "msg" not in answer.json,
          answer)
    box.clear()
    box.token(fresh=True)
    box.token(OTHER, fresh=True)


def messages(box, root):
    def send(query="receive_id_type=open_id", **fields):
        body = {"receive_id": root[0], "msg_type": "text",
                "content": json.dumps({"text": "hi"}), **fields}
        return box.call("POST", "/open-apis/im/v1/messages?" + query, body,
                        {"Authorization": "Bearer " + box.token()})
    one = send(uuid="u1")
    check("row 36", one.code == 0 and one.data["message_id"][:3] == "om_" and
          re.fullmatch(r"\d{13}", one.data["create_time"]), one)
    check("row 36 same uuid", send(uuid="u1").data["message_id"] ==
          one.data["message_id"] != send(uuid="u2").data["message_id"])
    check("row 36 object", send(content={"text": "hi"}).code == 230001)
    check("row 36 type required", send("").code == 99992402)
    box.control("settings", {"message_in_flight": 1})
    check("row 36 in flight", send(uuid="u1").code == 230049)
    box.control("settings", {"advance_seconds": 3700})
    check("row 36 after an hour", send(uuid="u1").data["message_id"] !=
          one.data["message_id"])
    big = json.dumps({"text": "x" * 160_000})
    check("row 36 text too long", send(content=big).code == 230025)
    card = json.dumps({"schema": "2.0", "x": "x" * 31_000})
    check("row 36 card too long", send(
        content=card, msg_type="interactive").code == 230025)
    check("row 36 receivers", send(receive_id="ou_x").code == 230034 and
          send("receive_id_type=chat_id",
               receive_id="oc_foreign1").code == 230002)
    box.control("scope", {"app": APP[0], "departments": []})
    check("row 36 not available", send().code == 230013)
    box.control("scope", {"app": APP[0], "all": True})


def hooks(box):
    def post(body, hook="sandbox-1"):
        return box.call("POST", "/open-apis/bot/v2/hook/" + hook, body)
    text = {"msg_type": "text", "content": {"text": "alert"}}
    answer = post(text)
    check("row 37", answer.status == 200 and answer.code == 0 and
          answer.json["StatusCode"] == 0, answer)
    check("row 37 unknown", post(text, "x").code == 19001)
    check("row 37 malformed", post("{").code == 9499)
    box.control("settings", {"webhook_limits": False,
                             "webhook_secret": "SEC-测试"})
    now = int(time.time()) + 5500 + 1800 + 61 + 2 * 604801 + 3700

    def signed(at):
        key = f"{at}\nSEC-测试".encode()
        sign = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest())
        return {"timestamp": str(at), "sign": sign.decode(), **text}
    check("row 37 signed", post(signed(now)).code == 0, post(signed(now)))
    check("row 37 unsigned", post(text).code == 19021)
    check("row 37 clock", post(signed(now - 3700)).code == 19021)
    box.control("settings", {"webhook_secret": "",
                             "webhook_keyword": "lark-batch"})
    check("row 37 keyword", post(text).code == 19024)
    box.control("settings", {"webhook_keyword": "",
                             "webhook_ip_denied": True})
    check("row 37 ip", post(text).code == 19022)
    box.control("settings", {"webhook_ip_denied": False})
    text["content"]["text"] = "x" * 21_000
    check("row 37 too long", post(text).code == 19036)
    text["content"]["text"] = "x"
    box.control("settings", {"webhook_limits": True})
    codes = [post(text, "sandbox-2").code for _ in range(8)]
    check("row 37 frequency", 11232 in codes, codes)


def rest(box):
    box.control("settings", {"activate_status": 4})
    answer = box.get("/open-apis/bot/v3/info")
    check("row 38", answer.json["msg"] == "ok" and
          answer.json["bot"]["activate_status"] == 4 and
          "data" not in answer.json, answer)
    answer = box.get("/open-apis/tenant/v2/tenant/query")
    check("tenant", answer.data["tenant"]["tenant_key"], answer)
    answer = box.get("/open-apis/application/v6/applications/" + APP[0])
    check("application", answer.data["app"]["status"] == 1, answer)
    check("application's scopes", [one["scope"] for one in answer.data["app"][
        "scopes"]] == ["contact:contact.base:readonly"], answer)
    box.control("permissions", {"granted_scopes": ["im:message"]})
    box.control("settings", {"application_status": 2})
    answer = box.get("/open-apis/application/v6/applications/" + APP[0])
    check("application changed", answer.data["app"]["status"] == 2 and
          answer.data["app"]["scopes"][0]["scope"] == "im:message", answer)
    answer = box.get(CONTACT + "departments")
    check("historic departments", answer.data["items"], answer)
    answer = box.get(CONTACT + "users", {"page_size": 100})
    check("historic users", answer.data["items"], answer)
    box.control("stats", method="DELETE")
    box.control("requests", method="DELETE")
    for _ in range(7):
        box.get(CONTACT + "users/batch", {"user_ids": ["a", "b"]})
    stats = box.control("stats")
    call = stats["calls"][0]
    check("row 39", call["api"] == CONTACT + "users/batch" and
          call["app"] == APP[0] and call["total"] == 7 and
          call["by_status"] == {"200": 7} and
          1 <= call["highest_per_second"] <= 7 and
          call["highest_per_minute"] == 7 and
          stats["connections"] >= 7, stats)
    record = box.control("requests")["requests"][-1]
    check("row 40", record["query"] == "user_ids=a&user_ids=b" and
          record["method"] == "GET" and
          re.fullmatch(r"Bearer \*\*\*\*.{4}",
                       record["headers"]["authorization"]), record)


def latency(binary):
    box = Sandbox(binary, "--users", "50", "--departments", "3",
                  "--latency-ms", "60")
    began = time.monotonic()
    threads = [threading.Thread(target=box.call, args=(
        "POST", TOKEN, "{}")) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    check("latency does not block", 0.06 <= took < 0.6, took)
    box.fault({"kind": "slow", "ms": 60000}, path="")
    link = socket.create_connection(("127.0.0.1", box.port))
    link.sendall(b"GET /open-apis/bot/v3/info HTTP/1.1\r\nHost: x\r\n\r\n")
    box.await_hit()
    began = time.monotonic()
    check("SIGTERM ends it at once", box.stop() == 0 and
          time.monotonic() - began < 2)
    link.close()


def main():
    binary = sys.argv[1]
    flags = ["--users", "2000", "--departments", "100", "--seed", "7"]
    for app in (APP, OTHER):
        flags += ["--app", ":".join(app)]
    box = Sandbox(binary, *flags)
    try:
        transport(box)
        credentials(box)
        permissions(box)
        rates(box)
        paging(box)
        root = scope(box)
        objects(box, root)
        changes(box)
        faults(box)
        oauth(box)
        grants(box)
        messages(box, root)
        hooks(box)
        rest(box)
    finally:
        box.stop()
    latency(binary)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
