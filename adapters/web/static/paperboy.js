// Everything works without this file; with it a choice needs no button, a cut abstract grows whole in its place, and
// the time zone is filled in.
"use strict";

for (const select of document.querySelectorAll("select[data-at-once]")) {
  select.form.querySelector("button").hidden = true;
  select.addEventListener("change", () => select.form.requestSubmit());
}

for (const input of document.querySelectorAll("input[data-zone]")) {
  input.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

for (const details of document.querySelectorAll("details[data-whole]")) {
  details.addEventListener("toggle", async () => {
    const address = details.dataset.whole;
    if (!details.open || !address) return;
    delete details.dataset.whole;
    try {
      const answer = await fetch(address, { headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const paper = await answer.json();
      details.querySelector("p").textContent = paper.abstract;
    } catch {
      // The link to the whole abstract is still there; the next unfolding tries again.
      details.dataset.whole = address;
    }
  });
}
