/* The banner of somebody who looks with the eyes of an organisation, with the button to stop. */
(function (gisreg) {
  "use strict";

  const el = gisreg.el;
  const TEXT = {
    stop: { vi: "Thôi xem", en: "Stop" },
    failed: { vi: "Chưa thôi được. Hãy mở trang đầu và thử lại.",
              en: "Could not stop. Open the start page and try again." },
  };

  /** End it with the token of this session, then show the page with the reader's own eyes. */
  async function stop(map) {
    try {
      const session = await (await fetch("/session", { credentials: "same-origin" })).json();
      const answer = await fetch("/see-as/stop", {
        method: "POST",
        credentials: "same-origin",
        redirect: "manual",
        body: new URLSearchParams({ csrf_token: session.csrf_token || "" }),
      });
      if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error(String(answer.status));
      window.location.reload();
    } catch {
      gisreg.toast(map, TEXT.failed);
    }
  }

  gisreg.seenAs = function (map, seen) {
    return el("div", { class: "gr-seen-as", role: "alert" }, [
      el("span", {}, [
        "Đang xem như ", el("strong", {}, seen.organisation), ", chỉ đọc; lý do: ", seen.reason, ". ",
        el("span", { lang: "en" }, "Seeing as " + seen.organisation + ", reading only."),
      ]),
      el("button", { type: "button", class: "gr-button", onclick: function () { stop(map); } },
        [TEXT.stop.vi, " / ", el("span", { lang: "en" }, TEXT.stop.en)]),
    ]);
  };
})(gisreg);
