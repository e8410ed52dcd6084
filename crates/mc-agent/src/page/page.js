"use strict";
// Puts what the agent sends in its place: markup that is ready, in which the values of calls are text.
(() => {
    const list = document.getElementById("calls");
    const say = document.getElementById("say");
    const element = (html) => {
        const template = document.createElement("template");
        template.innerHTML = html;
        return template.content.firstElementChild;
    };
    const row = (id) => document.getElementById(`c-${id}`);

    // A row that changes keeps the focus that was in it.
    const replace = (old, fresh) => {
        const place = [...old.querySelectorAll("button, a")].indexOf(document.activeElement);
        old.replaceWith(fresh);
        fresh.querySelectorAll("button, a")[place]?.focus();
    };

    const show = ({ rows, parts, order, say: words }) => {
        const fresh = new Map(Object.entries(rows).map(([id, html]) => [id, element(html)]));
        for (const [id, now] of fresh) {
            const old = row(id);
            if (old && !old.isEqualNode(now)) replace(old, now);
        }
        let at = list.firstElementChild;
        for (const id of order ?? []) {
            const now = row(id) ?? fresh.get(id);
            if (now === at) at = at.nextElementSibling;
            else list.insertBefore(now, at);
        }
        while (order && at) {
            const next = at.nextElementSibling;
            at.remove();
            at = next;
        }
        for (const [id, html] of Object.entries(parts)) {
            const part = document.getElementById(id);
            if (part.innerHTML !== html) part.innerHTML = html;
        }
        if (words) say.textContent = words;
    };

    // A browser has six connections to a server at most, for all its tabs: one that nobody sees holds none.
    let events;
    const watch = () => {
        events?.close();
        if (document.hidden) return;
        events = new EventSource("events");
        events.onmessage = (event) => show(JSON.parse(event.data));
        events.onopen = () => {
            document.body.classList.remove("gone");
            if ([say.dataset.gone, say.dataset.refused].includes(say.textContent)) say.textContent = "";
        };
        events.onerror = () => {
            document.body.classList.add("gone");
            // Closed: something else was answered, and it is not tried again by itself.
            const refused = events.readyState === EventSource.CLOSED;
            say.textContent = refused ? say.dataset.refused : say.dataset.gone;
            if (refused) setTimeout(watch, 5000);
        };
    };
    document.addEventListener("visibilitychange", watch);
    watch();

    // The page stays as it is while a number is dialled: what becomes of it comes by itself.
    document.addEventListener("submit", async (event) => {
        event.preventDefault();
        const form = event.target;
        const body = new URLSearchParams(new FormData(form));
        try {
            const signal = AbortSignal.timeout(5000);
            const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", signal });
            if (answer.type === "opaqueredirect") {
                if (form.id === "dial") form.reset();
                return;
            }
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            say.textContent = page.querySelector("p")?.textContent ?? answer.statusText;
        } catch (error) {
            say.textContent = error.name === "TimeoutError" ? say.dataset.late : say.dataset.gone;
        }
    });
})();
