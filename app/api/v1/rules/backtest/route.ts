import { backtestRule } from "@/lib/features/rules/backtest";
import { json, route } from "@/lib/http/route";

export const POST = route(async ({ body }) => json(await backtestRule(await body())));
