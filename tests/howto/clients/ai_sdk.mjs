import assert from "node:assert/strict";
import { embed, experimental_transcribe as transcribe, experimental_generateSpeech as generateSpeech } from "ai";
import { generateText, stepCountIs, streamText, tool } from "ai";
import { createWorkersAI } from "workers-ai-provider";
import { z } from "zod";

// the provider has its host built in, so fetch goes elsewhere
const origin = process.env.MOCK_ORIGIN ?? "http://127.0.0.1:8787";
const workersai = createWorkersAI({
  accountId: "0123456789abcdef0123456789abcdef",
  apiKey: "mockflare-token",
  fetch: (url, init) => fetch(String(url).replace("https://api.cloudflare.com", origin), init),
});
const model = workersai("@cf/meta/llama-3.3-70b-instruct-fp8-fast");

const { textStream } = streamText({ model, prompt: "How do tides follow the moon?" });
let text = "";
for await (const piece of textStream) text += piece;
assert.match(text, /tides/);

const weather = tool({
  description: "Tells the weather of a city",
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => `sunny in ${city}`,
});
const loop = await generateText({ model, prompt: "What is the weather in Paris?", tools: { weather }, stopWhen: stepCountIs(5) });
assert.equal(loop.steps.length, 2); // the call, then a text about what it brought
assert.match(loop.text, /sunny in Paris/);

const { embedding } = await embed({ model: workersai.textEmbedding("@cf/baai/bge-small-en-v1.5"), value: "a red fox" });
assert.equal(embedding.length, 384);

const { audio } = await generateSpeech({ model: workersai.speech("@cf/deepgram/aura-1"), text: "hello from the mock" });
const heard = await transcribe({ model: workersai.transcription("@cf/openai/whisper"), audio: audio.uint8Array });
assert.equal(heard.text, "hello from the mock");
