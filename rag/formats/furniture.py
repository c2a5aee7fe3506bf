"""A line of a pasted web page in, the role it has on the page out: tables of what English-language news sites put around a story.

A line has a role only when the whole of it is furniture; a sentence that merely mentions such words has none.
"""

from __future__ import annotations

import re
from typing import Literal

Role = Literal[
    "menu",
    "account",
    "platform",
    "share",
    "count",
    "crumb",
    "cookie",
    "inline",
    "related",
    "form",
    "final",
    "footer",
    "legal",
    "tags",
    "credit",
]

# Phrases that fill a line by themselves; case, digits and punctuation apart ("Comments (12)" is "comments").
_PHRASES: dict[Role, str] = {
    "menu": """
        home|homepage|news|latest|latest news|top news|top stories|headlines|breaking news|breaking|trending|trending now
        world|world news|national|nation|local|local news|international|international news|metro|city|cities|states|us
        u s|uk|africa|asia|asia pacific|europe|middle east|americas|latin america|india|pakistan|nigeria|kenya|ghana
        south africa|south asia|politics|business|economy|markets|money|finance|banking|tech|technology|science|sci tech
        environment|climate|health|education|sport|sports|football|cricket|entertainment|showbiz|celebrity|lifestyle
        life style|life|culture|arts|books|music|film|movies|tv|travel|food|fashion|style|opinion|opinions|columns
        columnists|editorial|editorials|blogs|blog|letters|cartoons|magazine|features|analysis|video|videos|photos
        pictures|gallery|galleries|podcasts|podcast|audio|live|live tv|watch live|weather|epaper|e paper|today s paper
        print edition|newsletters|archive|archives|jobs|classifieds|property|motoring|cars|obituaries|puzzles|crosswords
        horoscope|horoscopes|games|shop|store|more|sections|all sections|explore|notices|special reports|investigations
        court|crime|punch|editions|edition|english|urdu|hindi|uk edition|us edition|international edition|multimedia
        interviews|elections|about|about us|contact|contact us|advertise|advertise with us|careers|help|faq|faqs
    """,
    "account": """
        view author archive|get author rss feed|email the author|edit profile|you are signed in as|reset your password|
        sign in|sign up|log in|login|register|sign out|log out|my account|subscribe|subscribe now|subscriptions|support us
        donate|menu|main menu|toggle navigation|open menu|close menu|open navigation menu|close navigation menu|navigation
        search|search for|search form|close|skip to content|skip to main content|skip to the content|skip to the main content
        skip to article|skip navigation|skip to navigation|skip links|accessibility links|jump to content
        jump directly to the content|create account|create an account|password recovery|recover your password|your username
        your password|your email|forgot your password|forgot your password get help|a password will be e mailed to you
        welcome log into your account|log into your account|manage your account|back to home|go to homepage|get the app
        download the app
    """,
    "platform": """
        facebook|twitter|x|whatsapp|linkedin|pinterest|reddit|reddit it|telegram|email|e mail|print|instagram|youtube
        tumblr|google|google plus|flipboard|messenger|viber|line|tiktok|snapchat|vk|vkontakte|odnoklassniki|pocket|digg
        mix|stumbleupon|rss|fb|threads|bluesky|mastodon|skype|naver|threema|xing|buffer|pin
    """,
    "share": """
        read more about sharing|these are external links and will open in a new window|close share panel|follow on twitter
        share|shares|tweet|share this|share this article|share this story|share this post|share this page|share this entry
        share on|share article|share story|share via|share on facebook|share on twitter|share on x|share on whatsapp
        share on linkedin|share on pinterest|share on google|share on reddit|share on telegram|share via email
        share via whatsapp|share with email|share on email|tweet on twitter|email this|email this article|print this article
        print this page|copy link|copy this link|copy url|copy link url|link copied|copied|pin it|share it
        share full article|gift article|save article|read later|save for later|bookmark|click to share on facebook opens in new window
        click to share on twitter opens in new window|click to share on whatsapp opens in new window
        click to share on linkedin opens in new window|click to share on telegram opens in new window
        click to print opens in new window|click to email a link to a friend opens in new window|show more sharing options
        close extra sharing options|sharing is caring|like this|like loading|sharing options|share options|resize text
        text size|print article|listen|listen to article|add as a preferred source on google
    """,
    "cookie": """
        accept all|accept cookies|accept all cookies|accept and continue|reject all|reject all cookies|manage cookies
        manage preferences|cookie settings|manage consent|cookie preferences|i accept|accept and close|cookie consent
        your privacy|we value your privacy|your privacy is important to us
    """,
    "inline": """
        advertisement|advertisment|advertisement advertisement|skip advertisement|story continues below
        story continues below advertisement|story continues after advertisement|article continues below
        article continues below advertisement|article continues after ad|advertisement continue reading
        advertisement scroll to continue|advertisement story continues below|continue reading below|scroll to continue
        scroll down to continue|continue reading the main story|continue reading|remove ads|report this ad
        listen to this article|listen to this story|your browser does not support the audio element|this video can not be played
        this slideshow requires javascript|sponsored content|promoted content|paid content|sponsored links|get our newsletter
    """,
    "related": """
        related|related articles|related article|related stories|related story|related news|related posts|related content
        related topics|related links|related items|related coverage|related videos|more from author|more from this author
        related articles more from author|more on this story|more on this topic|more on this|more stories|more news|more from
        more articles|more top stories|more like this|more to read|more for you|you may also like|you may like
        you might also like|you might like|you may like these posts|you may also be interested in|you might be interested in
        recommended|recommended stories|recommended for you|recommended articles|recommended reading|recommended videos
        read next|read these next|read this next|up next|next up|what to read next|also read|also in news|must read
        must reads|don t miss|editor s picks|editors picks|editor s choice|editor s pick|most read|most popular|most viewed
        most shared|most commented|most watched|popular|popular posts|popular now|popular stories|popular news
        trending stories|trending topics|trending news|trending posts|latest posts|latest articles|latest stories
        latest headlines|recent posts|recent articles|recent news|recent stories|other stories|other news|similar articles
        similar stories|similar posts|from the web|around the web|from around the web|more from the web|promoted stories
        sponsored stories|in case you missed it|on our radar|previous article|next article|previous post|next post
        previous story|next story|previous|post navigation|in this story|read also|see also|further reading|explore more
        load more|show more|view more|view all|see all|see more|read more|read more news|next previous|previous next
        news in pictures|latest videos|suggested stories|comment|comments|company|quick links|useful links|tags|topics
        filed under|share your thoughts
    """,
    "form": """
        leave a reply|leave a reply cancel reply|cancel reply|leave a comment cancel reply|leave your comment
        please enter your comment|please enter your name here|please enter your email address here
        you have entered an incorrect email address|your email address will not be published
        your email address will not be published required fields are marked|notify me of new posts by email
        notify me of follow up comments by email|save my name email and website in this browser for the next time i comment
        you must be logged in to post a comment|stay connected|fans like|fanslike|followers follow|followersfollow
        subscribers subscribe|subscriberssubscribe|post a comment|about the author|about author|comments are closed
        this site uses akismet to reduce spam learn how your comment data is processed
        this site uses akismet to reduce spam learn how your comment data is processed privacy
    """,
    "final": """
        leave a comment|post comment|add a comment|add comment|write a comment|join the conversation|join the discussion
        no comments|no comments yet|view comments|view all comments|show comments|see comments|read comments|load comments
        view discussion thread|be the first to comment|comment on this article|comment policy|comments policy|have your say
        log in to comment|login to comment|sign in to comment|stay in touch|reader comments|report a typo|disqus comments|what do you think
    """,
    "footer": """
        privacy|privacy policy|privacy notice|privacy and cookies|cookie policy|cookies policy|cookies|terms|terms of use
        terms of service|terms and conditions|terms conditions|disclaimer|sitemap|site map|site index|ad choices|adchoices
        your ad choices|do not sell my personal information|do not sell or share my personal information|accessibility
        accessibility statement|code of ethics|ethics policy|editorial policy|corrections|corrections policy|masthead
        back to top|go to top|scroll to top|about our ads|rss feed|rss feeds|reprints|licensing|press releases|feedback
        newsletter|follow us|follow us on|connect with us|find us on facebook|powered by wordpress|our apps|download our app
        subscribe to our newsletter|get in touch|site information|customer service|social plugin
    """,
    "count": """
        views|view|reads|min read|mins read|minute read|minutes read|min|k views|likes
    """,
}
_ROLE_OF: dict[str, Role] = {
    phrase.strip(): role for role, block in _PHRASES.items() for phrase in re.split(r"[|\n]", block) if phrase.strip()
}
# Furniture with words of its own in it. Each pattern takes the whole line; none can take a line in two ways.
_WORDED: tuple[tuple[Role, str], ...] = (
    ("cookie", r"(?:we|our partners|this (?:web)?site|our (?:web)?site)\b.{0,30} cookies?\b.*"),
    ("cookie", r"by (?:continuing|using|browsing|clicking)\b.{0,80}\bcookies?\b.*"),
    (
        "inline",
        r"(?:also read|read also|must read|read more|also see|see also|see more|read next|related|recommended|don['’]t miss)\s?[:|]\s?\S.*",
    ),
    ("share", r"share (?:this )?(?:story |article |post )?(?:with|on|via|to|by) \S{1,12}(?: \(.{1,40}\))?"),
    ("share", r"follow (?!.*[.!?]$).{1,60} on (?:twitter|x|facebook|instagram|linkedin|threads)"),
    ("crumb", r"[^.!?>»›]{1,40}(?:[>»›][^.!?>»›]{1,80}){2,9}"),
    ("inline", r"listen to (?:this|the) (?:article|story|report)\b.{0,40}"),
    (
        "inline",
        r"(?:sign up|subscribe|register)\b[^\"“]{0,60}\b(?:our|your|daily|weekly|free)\b[^\"“]{0,80}"
        r"\b(?:newsletters?|inbox|alerts|updates)\b.{0,80}",
    ),
    ("inline", r"sign up (?:for|to) [^\"“.]{0,40}\bnewsletters?"),
    ("inline", r"get (?:the|our|all|more)\b[^\"“]{0,80}\b(?:your (?:e-?mail )?inbox|newsletters?)\b.{0,80}"),
    ("inline", r"get [^\"“]{0,80}\b(?:delivered|sent) (?:straight |right |directly )?to your\b.{0,40}"),
    (
        "inline",
        r"(?:follow|like|join|find) (?:us|our)\b[^\"“]{0,60}"
        r"\b(?:facebook|twitter|x|whatsapp|instagram|telegram|youtube|google news)\b.{0,60}",
    ),
    ("inline", r"(?:click|tap) here to (?:read more|subscribe|sign up|join|get|download|follow|register)\b.{0,80}"),
    ("count", r"\d{1,3} ?(?:min|mins|minute|minutes)(?:['’]s?)? (?:read|listen|watch)"),
    ("count", r"[\d.,]{1,9}[KkMm]?"),
    ("count", r"-?\d{1,3}(?:[.]\d)? ?°? ?[CF](?: \D{1,30})?"),
    ("count", r"reading time:?.{1,20}"),
    ("tags", r"(?:tags|tag|topics|related tags|related topics|filed under|filed to|labels|keywords|categories)\s?:.{0,200}"),
    ("tags", r"tags (?!.*[.!?]$).{1,200}"),
    ("related", r"(?:previous|prev|next) (?:article|post|story)(?!.*[.!?]$)\b.{0,200}"),
    ("related", r"(?:more|most (?:read|popular|viewed|shared)) (?:from|in|on|stories from|news from) (?!.*[^.][.!?,:]$).{1,60}"),
    ("credit", r"sources?:? by .{1,60}"),
    ("credit", r"source: .{1,60}"),
    ("credit", r"[(\[]?with inputs? from .{1,60}"),
    ("final", r"(?:\d{1,6} )?(?:thoughts|responses|replies|comments?) (?:on|to) [“\"‘'].*"),
    ("final", r"no comments yet\b.{0,40}"),
    ("final", r"comments? \(\d{1,6}\)"),
    ("final", r"\d{1,6} (?:comments?|responses|replies)(?: so far)?"),
    ("legal", r"(?:copyright\b|©|\(c\)).{0,60}(?:19|20)\d\d(?:[^.!?]|\.(?! [a-z])){0,200}"),
    ("legal", r".{0,120}\ball rights? reserved\b.{0,80}"),
    ("footer", r"(?:powered|designed|developed) by .{1,60}"),
)
_PATTERNS = tuple((role, re.compile(pattern, re.IGNORECASE)) for role, pattern in _WORDED)
_SMALL: tuple[Role, ...] = ("menu", "account", "platform", "share", "footer")
_PARTS = "|".join(re.escape(phrase) for phrase in sorted((p for p, role in _ROLE_OF.items() if role in _SMALL), key=len, reverse=True))
# Menus whose entries run together as they are copied: "HomeWorldSports", "Facebook Twitter". Possessive, so nothing is tried twice.
_RUN = re.compile(rf"(?:(?>{_PARTS})[\W\d_]*+){{2,}}+", re.IGNORECASE)
_PART = re.compile(rf"({_PARTS})[\W\d_]*", re.IGNORECASE)
# A trail of sections: "Home » World » …", "HomeWorld News …"; with spaces alone ("Home News World …") it takes two sections to tell.
_CRUMB = re.compile(
    rf"(?:you are here:?\s?)?home(?:page)?(?:\s?[>»›/|→·]\s?\S|(?:{_PARTS})(?-i:(?![a-z]))|(?:\s(?:{_PARTS})\b){{2}}).*", re.IGNORECASE
)
_BULLET = re.compile(r"(?:[-*•–—]|\d{1,3}[.)])\s")
_NOT_KEY = re.compile(r"[\W\d_]+")
FULL_STOPS = ".!?。؟۔।…"
_SENTENCE_END = re.compile(rf"[{FULL_STOPS}][\"'”’»)\]]*$|[”\"»]$")
MAX_FURNITURE_CHARS = 300


def ends_like_a_sentence(line: str) -> bool:
    """Tell whether a line ends as sentences and quotations do."""
    return bool(_SENTENCE_END.search(line[-6:]))


def role_of(line: str) -> Role | None:
    """Name what a line is on a page; None when it may be part of a story."""
    if len(line) > MAX_FURNITURE_CHARS or _BULLET.match(line):
        return None
    for role, pattern in _PATTERNS:
        if pattern.fullmatch(line):
            return role
    known = _ROLE_OF.get(_NOT_KEY.sub(" ", line.casefold()).strip())
    if known in ("menu", "account", "platform"):  # "Politics." is a paragraph, "Google 2" an entry of a list
        return None if ends_like_a_sentence(line) or any(map(str.isdigit, line)) else known
    return known or _role_of_a_run(line)


def _role_of_a_run(line: str) -> Role | None:
    if ends_like_a_sentence(line):
        return None
    if _RUN.fullmatch(line):
        roles = [_ROLE_OF[part.casefold()] for part in _PART.findall(line)]
        if set(roles) <= {"platform", "share"}:
            return "share"
        if "footer" in roles:
            return "footer"
        # "World Health" may be a sub-heading.
        return "account" if len(roles) > 2 or "account" in roles else None
    return "crumb" if _CRUMB.fullmatch(line) else None
