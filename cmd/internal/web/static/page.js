// SPDX-License-Identifier: Apache-2.0
// Shows the verdict as soon as a question is answered. Without this script the
// button below the questions does the same.
"use strict";

(() => {
  const form = document.getElementById("questions");
  const result = document.getElementById("result");
  const state = document.getElementById("state");
  const verdict = document.getElementById("verdict");
  if (!form || !result || !state || !verdict) return;
  let asked = 0;

  form.addEventListener("change", async (event) => {
    if (!event.target.name.startsWith("answer.")) return;
    const turn = ++asked;
    state.textContent = "Screening…";
    try {
      const response = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { "X-Part": "result" },
      });
      const text = await response.text();
      if (turn !== asked) return; // a later answer is on its way
      if (!response.ok) throw new Error(String(response.status));
      const height = result.offsetHeight;
      result.style.minHeight = height + "px"; // nothing jumps while it is replaced
      result.innerHTML = text;
      result.style.minHeight = "";
      verdict.textContent = result.querySelector("[role=status]").textContent;
      state.textContent = "Now " + verdict.textContent + ".";
    } catch {
      if (turn === asked) state.textContent = "That did not work; press Update the verdict.";
    }
  });
})();
