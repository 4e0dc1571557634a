#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/sandbox/render.hpp"
#include "tests/sandbox/world.hpp"

// What the contact endpoints share: reading parameters (every reader throws
// Refusal) and answering a listing page by page.
namespace lark_batch::sandbox {

View read_view(const Call& call);
bool read_flag(const Call& call, std::string_view name);
unsigned read_page_size(const Call& call, unsigned preset, unsigned most);
// Zero without a token.
std::uint32_t read_position(const Call& call, std::uint64_t binding);
// One to fifty values of a repeated key.
std::vector<std::string_view> read_ids(const Call& call, std::string_view name);

// A department that exists and that the app may see, from an id of the type
// the call asked for.
Index read_department(World& world, const Call& call, const View& view,
                      std::string_view name, const std::string& text);

using RenderItem = void (*)(JsonWriter& json, const Company& company,
                            const View& view, Index item);

struct Listing {
    Index owner = k_root;  // whose change makes cached pages stale
    bool fetch_child = false;
    bool cacheable = true;
    unsigned page_size = 10;
    RenderItem render = nullptr;
};

// A page continues after the last index it showed, so that people who come
// or go between two pages neither shift nor repeat the others.
Reply answer_listing(World& world, const Call& call, Api api, const View& view,
                     const Listing& listing, const std::vector<Index>& items);

// For a batch or a single object; `name` is "items", "user" or "department".
Reply answer_items(World& world, const View& view, RenderItem render,
                   const std::vector<Index>& items);
Reply answer_one(World& world, const View& view, RenderItem render,
                 std::string_view name, Index item);

// Closes a page: has_more, page_token, then the faults that damage a chain.
struct Chain {
    bool more = false;
    std::string token;  // of the next page
    bool empty = false;
};
bool damages_chain(const FaultRule* fault);
Chain damaged(const Call& call, Chain chain, std::uint64_t binding,
              std::uint32_t position);

}  // namespace lark_batch::sandbox
