// The full page of a public service: the conversation, with its operator and its privacy notice.

import { mount } from "../chat.js";

const root = document.getElementById("chat");
mount(root, JSON.parse(root.dataset.options));
