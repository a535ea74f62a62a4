// The full page: the conversation, with what the service tells of itself (its operator, its notices).

import { mount } from "./chat.js";

const root = document.getElementById("chat");
mount(root, JSON.parse(root.dataset.options ?? "{}"));
