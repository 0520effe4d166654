// Does everything that the tests ask of the JavaScript SDKs in one process, and prints an answer a line:
// {"name": …, "said": …}, or {"name": …, "failed": …} when an SDK raised what nobody waited for. The plan comes
// over standard input; judging is left to the tests.
import { readFileSync } from "node:fs";
import Cloudflare from "cloudflare";
import OpenAI, { toFile } from "openai";

const plan = JSON.parse(readFileSync(0, "utf8"));
const { account, token } = plan;
const flare = new Cloudflare({ baseURL: plan.base_url, apiToken: token });
const client = new OpenAI({ baseURL: plan.openai_url, apiKey: token });
const chat = { model: plan.chat_model, messages: plan.question };

// the cloudflare SDK ------------------------------------------------------------------------------------------------

async function said(response) {
  const type = response.headers.get("content-type").split(";")[0];
  if (type === "application/json") return { value: (await response.json()).result };
  return { content: Buffer.from(await response.arrayBuffer()).toString("base64"), media_type: type };
}

function post(model, body, headers) {
  return flare.post(`/accounts/${account}/ai/run/${model}`, { body, headers }).asResponse();
}

async function run({ model, form, inputs }) {
  if (form === "bytes") return said(await post(model, Buffer.from(inputs, "base64"), { "Content-Type": "audio/mpeg" }));
  if (form === "form") {
    const fields = new FormData();
    for (const [name, value] of Object.entries(inputs)) fields.set(name, String(value));
    return said(await post(model, fields));
  }
  return said(await flare.ai.run(model, { account_id: account, ...inputs }).asResponse());
}

async function runPlain({ model, inputs }) {
  return { value: await flare.ai.run(model, { account_id: account, ...inputs }) };
}

async function runStreamed({ model, inputs }) {
  const response = await flare.ai.run(model, { account_id: account, ...inputs, stream: true }).asResponse();
  const lines = [];
  let rest = "";
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + piece).split("\n\n");
    rest = parts.pop();
    lines.push(...parts.map((part) => part.replace(/^data: /, "")));
  }
  return { type: response.headers.get("content-type"), last: lines.pop(), events: lines.map((line) => JSON.parse(line)) };
}

async function all(pages) {
  const found = [];
  for await (const each of pages) found.push(each);
  return found;
}

const resources = {
  models: () => all(flare.ai.models.list({ account_id: account, per_page: 30 })),
  found: () => all(flare.ai.models.list({ account_id: account, search: "bge-small" })),
  schema: () => flare.ai.models.schema.get({ account_id: account, model: plan.chat_model }),
  tasks: () => all(flare.ai.tasks.list({ account_id: account })),
  authors: () => all(flare.ai.authors.list({ account_id: account })),
  finetunes: async () => {
    const made = await flare.ai.finetunes.create({ account_id: account, model: plan.lora_model, name: "tone" });
    const file = await toFile(Buffer.from('{"r": 8, "model_type": "mistral"}'), "adapter_config.json");
    await flare.ai.finetunes.assets.create(made.id, { account_id: account, file, file_name: "adapter_config.json" });
    const kept = await flare.ai.finetunes.list({ account_id: account });
    return { made, kept, shared: await all(flare.ai.finetunes.public.list({ account_id: account })) };
  },
  formats: () => all(flare.ai.toMarkdown.supported({ account_id: account })),
};

// the openai SDK ----------------------------------------------------------------------------------------------------

const openai = {
  chat: () => client.chat.completions.create(chat),
  chatStreamed: async () => all(await client.chat.completions.create({ ...chat, stream: true })),
  chatStreamedUsage: async () =>
    all(await client.chat.completions.create({ ...chat, stream: true, stream_options: { include_usage: true } })),
  chatHelper: async () => {
    const stream = client.chat.completions.stream(chat);
    let text = "";
    stream.on("content", (piece) => (text += piece));
    return { text, final: await stream.finalChatCompletion(), heard: text };
  },
  tools: async () => client.chat.completions.create({ ...chat, tools: plan.tools, tool_choice: "required" }),
  toolsHelper: async () => client.chat.completions.stream({ ...chat, tools: plan.tools, tool_choice: "required" }).finalChatCompletion(),
  toolLoop: async () => {
    const asked = [];
    const tools = plan.tools.map((tool) => ({
      type: "function",
      function: {
        ...tool.function,
        parse: JSON.parse,
        function: (given) => (asked.push(given), "sunny, 21 degrees"),
      },
    }));
    const runner = client.chat.completions.runTools({ ...chat, tools });
    return { text: await runner.finalContent(), asked };
  },
  structured: () =>
    client.chat.completions.parse({
      ...chat,
      response_format: { type: "json_schema", json_schema: { name: "city", strict: true, schema: plan.schema } },
    }),
  embeddings: () => client.embeddings.create({ model: plan.vector_model, input: plan.texts }),
  embeddingsFloat: () => client.embeddings.create({ model: plan.vector_model, input: plan.texts, encoding_format: "float" }),
  completion: () => client.completions.create({ model: plan.chat_model, prompt: "Tides follow" }),
  response: async () => {
    const made = await client.responses.create({ model: plan.responses_model, input: "How do tides follow the moon?" });
    return { ...made, output_text: made.output_text };
  },
  responseStreamed: async () =>
    all(await client.responses.create({ model: plan.responses_model, input: "How do tides follow the moon?", stream: true })),
  responseHelper: async () => {
    const stream = client.responses.stream({ model: plan.responses_model, input: "How do tides follow the moon?" });
    return (await stream.finalResponse()).output_text;
  },
  rawHeaders: async () => {
    const { data, response, request_id } = await client.chat.completions.create(chat).withResponse();
    return { id: data.id, source: response.headers.get("x-mockflare-source"), request_id };
  },
};

// failures ----------------------------------------------------------------------------------------------------------

function failure(error) {
  return { kind: error.constructor.name, status: error.status ?? null, errors: error.errors ?? error.error?.errors ?? null };
}

async function failing(work) {
  try {
    await work();
  } catch (error) {
    return failure(error);
  }
  return null;
}

const stranger = { openai: new OpenAI({ baseURL: plan.openai_url, apiKey: "wrong" }), flare: new Cloudflare({ baseURL: plan.base_url, apiToken: "wrong" }) };
const runModel = (model, inputs, of = flare) => of.ai.run(model, { account_id: account, ...inputs });
const failures = {
  openaiToken: () => failing(() => stranger.openai.chat.completions.create(chat)),
  openaiModel: () => failing(() => client.chat.completions.create({ ...chat, model: "@cf/nobody/nothing" })),
  openaiInput: () => failing(() => client.chat.completions.create({ ...chat, temperature: "hot" })),
  openaiFault: () => failing(() => client.chat.completions.create({ ...chat, model: plan.broken_model }, { maxRetries: 0 })),
  openaiBroken: () => failing(() => client.chat.completions.create({ ...chat, model: plan.broken_model, stream: true }, { maxRetries: 0 })),
  flareToken: () => failing(() => runModel(plan.chat_model, { prompt: "hello" }, stranger.flare)),
  flareModel: () => failing(() => runModel("@cf/nobody/nothing", { prompt: "hello" })),
  flareInput: () => failing(() => runModel(plan.chat_model, {})),
  flareFault: () => failing(() => flare.ai.run(plan.broken_model, { account_id: account, prompt: "hello" }, { maxRetries: 0 })),
  flareRetried: () => runModel(plan.tired_model, { prompt: "hello" }),
};

// -------------------------------------------------------------------------------------------------------------------

async function answer(name, work) {
  let line;
  try {
    line = { name, said: (await work()) ?? null };
  } catch (error) {
    line = { name, failed: String(error?.stack ?? error) };
  }
  process.stdout.write(JSON.stringify(line) + "\n");
}

for (const call of plan.calls) {
  await answer(`run ${call.family}`, () => run(call));
  if (call.plain) await answer(`plain ${call.family}`, () => runPlain(call));
  if (call.streams) await answer(`stream ${call.family}`, () => runStreamed(call));
}
for (const [group, works] of Object.entries({ resources, openai, failures }))
  for (const [name, work] of Object.entries(works)) await answer(`${group} ${name}`, work);
